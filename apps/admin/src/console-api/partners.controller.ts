import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeCall } from '#libs/access';
import { identity, type PartnerId } from '#libs/contracts';
import { Answer, Flag, Id, Nested, PageQuery, Term, Text, Whole } from '#libs/http';
import { QuestionClient, type CallEnvelope } from '#libs/messaging';

class KeyLimit {
  @Whole({ min: 0, max: 100, optional: true }) sandbox?: number;
  @Whole({ min: 0, max: 100, optional: true }) production?: number;
}

class PartnerChange {
  @Flag({ optional: true, description: 'Whether what the partner said of itself is confirmed.' }) verified?: boolean;
  @Term({ optional: true }) programme?: string;
  @Term({ optional: true }) type?: string;
  @Nested(() => KeyLimit, { optional: true }) keyLimit?: KeyLimit;
}

class Suspension {
  @Text({ optional: true, nullable: true, max: 4_000 }) notes?: string | null;
}

@ApiTags('Partners')
@Controller('v1/partners')
export class PartnersController {
  constructor(private readonly questions: QuestionClient) {}

  @Get()
  @Allow(identity.listPartners, 'Partner organisations')
  @Answer(200, identity.listPartners)
  list(@Query() page: PageQuery, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.listPartners, 'shared', page, call);
  }

  @Get(':id')
  @Allow(identity.getPartner, 'A partner organisation')
  @Answer(200, identity.getPartner)
  get(@Id() partnerId: PartnerId, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.getPartner, 'shared', { partnerId }, call);
  }

  @Patch(':id')
  @Allow(identity.updatePartner, 'Verify a partner, correct its programme and type, or set its number of keys')
  @Answer(200, identity.updatePartner)
  update(@Id() partnerId: PartnerId, @Body() body: PartnerChange, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.updatePartner, 'shared', { partnerId, ...body }, call);
  }

  @Post(':id/suspension')
  @Allow(identity.suspendPartner, 'Suspend a partner: it gets no new token')
  @Answer(200, identity.suspendPartner)
  suspend(@Id() partnerId: PartnerId, @Body() { notes }: Suspension, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.suspendPartner, 'shared', { partnerId, notes: notes ?? null }, call);
  }

  @Delete(':id/suspension')
  @Allow(identity.reinstatePartner, 'End a suspension')
  @Answer(204)
  async reinstate(@Id() partnerId: PartnerId, @EdgeCall() call: CallEnvelope) {
    await this.questions.ask(identity.reinstatePartner, 'shared', { partnerId }, call);
  }
}
