import { Body, Controller, Delete, Get, Inject, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, flagOf, Id, PageQuery, queryFlag, RespondsWith } from '#libs/http';
import { fields, identity, type Environment, type PartnerId } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';
import { AdminConfig } from '../config';

const change = identity.updatePartner.request.shape;
const keyLimit = change.keyLimit.unwrap().shape;

/** For a number below the keys that there are. */
const lowered = { description: 'Keys that there are stay, above it too; no other is made until there are fewer.' };

class KeyLimit {
  @Field(keyLimit.sandbox, lowered) sandbox?: number;
  @Field(keyLimit.production, lowered) production?: number;
}

class PartnerChange {
  @Field(change.verified, { description: 'Whether what the partner said of itself is confirmed.' }) verified?: boolean;
  @Field(change.programme) programme?: string;
  @Field(change.type) type?: string;
  @Field(change.keyLimit, { type: () => KeyLimit }) keyLimit?: KeyLimit;

  @Field(change.revokeTokens, { description: 'End its live session tokens, too, where it is no longer eligible.' })
  revokeTokens?: boolean;
}

class Suspension {
  @Field(identity.suspendPartner.request.shape.notes) notes?: string | null;

  @Field(identity.suspendPartner.request.shape.revokeTokens, {
    description: 'End its live session tokens, too; unless this is false.',
  })
  revokeTokens?: boolean;
}

class Rescue {
  @Field(identity.rescuePerson.request.shape.environment) environment!: Environment;
  @Field(identity.rescuePerson.request.shape.username, { description: 'Of a global admin of that account.' })
  username!: string;
}

const wanted = identity.listPartners.request.shape;

class PartnerQuery extends PageQuery {
  @Field(queryFlag(), { description: '`false`: those who wait for verification.' }) verified?: string;
  @Field(wanted.q, { description: 'Words in the name or the domain.' }) q?: string;
}

/** With the link that the token belongs into, for whoever is to be helped. */
const rescued = { reply: identity.rescuePerson.reply.extend({ link: fields.written(1_000).nullable() }) };

@ApiTags('Partners')
@Controller('v1/partners')
export class PartnersController {
  constructor(
    private readonly rpc: RpcClient,
    @Inject(AdminConfig) private readonly config: AdminConfig,
  ) {}

  @Get()
  @Allow(identity.listPartners, 'Partner organisations; `verified=false` are those who wait for verification')
  @RespondsWith(200, identity.listPartners)
  list(@Query() query: PartnerQuery, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.listPartners, 'shared', { ...query, verified: flagOf(query.verified) }, context);
  }

  @Get(':id')
  @Allow(identity.getPartner, 'A partner organisation')
  @RespondsWith(200, identity.getPartner)
  get(@Id() partnerId: PartnerId, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.getPartner, 'shared', { partnerId }, context);
  }

  @Patch(':id')
  @Allow(identity.updatePartner, 'Verify a partner, correct its programme and type, or set its number of keys')
  @RespondsWith(200, identity.updatePartner)
  update(@Id() partnerId: PartnerId, @Body() body: PartnerChange, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.updatePartner, 'shared', { partnerId, ...body }, context);
  }

  @Post(':id/suspension')
  @Allow(identity.suspendPartner, 'Suspend a partner: it gets no new token, and those it has end')
  @RespondsWith(200, identity.suspendPartner)
  suspend(@Id() partnerId: PartnerId, @Body() body: Suspension, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.suspendPartner, 'shared', { partnerId, ...body }, context);
  }

  @Delete(':id/registration')
  @Allow(identity.endRegistration, 'End a registration that nobody has confirmed: its domain is free for its owner')
  @RespondsWith(204)
  async endRegistration(@Id() partnerId: PartnerId, @EdgeContext() context: RequestContext) {
    await this.rpc.call(identity.endRegistration, 'shared', { partnerId }, context);
  }

  @Delete(':id/suspension')
  @Allow(identity.reinstatePartner, 'End a suspension')
  @RespondsWith(204)
  async reinstate(@Id() partnerId: PartnerId, @EdgeContext() context: RequestContext) {
    await this.rpc.call(identity.reinstatePartner, 'shared', { partnerId }, context);
  }

  @Delete(':id/tokens')
  @Allow(
    identity.revokePartnerTokens,
    'End the live session tokens of a partner in both environments; its keys get new ones',
  )
  @RespondsWith(204)
  async revokeTokens(@Id() partnerId: PartnerId, @EdgeContext() context: RequestContext) {
    await this.rpc.call(identity.revokePartnerTokens, 'shared', { partnerId }, context);
  }

  @Post(':id/rescue')
  @Allow(identity.rescuePerson, 'Make a link, shown once, for an administrator who has lost their password')
  @RespondsWith(201, rescued)
  async rescue(@Id() partnerId: PartnerId, @Body() body: Rescue, @EdgeContext() context: RequestContext) {
    const rescue = await this.rpc.call(identity.rescuePerson, 'shared', { partnerId, ...body }, context);
    // Behind the #, a browser tells it to no server and no log.
    const link = rescue.token && `${this.config.SLIPWAY_PUBLIC_URL}/password-reset#${rescue.token}`;
    return { ...rescue, link };
  }
}
