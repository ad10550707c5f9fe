import { Body, Controller, Delete, Get, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, EdgeCall, refuseIdempotencyKey, type EdgeRequest } from '#libs/access';
import { identity, tokens, type KeyId, type SubscriptionId } from '#libs/contracts';
import { fail, SlipwayError } from '#libs/errors';
import { Answer, Flag, Id, OneOf, PageQuery, Text, Uuid, Whole } from '#libs/http';
import { QuestionClient, type CallEnvelope } from '#libs/messaging';
import { environmentOf } from '../environment-of';

class NewKey {
  @Text({ description: 'A label, for your own use.' }) name!: string;
  @Uuid() subscriptionId!: SubscriptionId;
}

class KeyName {
  @Text() name!: string;
}

class Renewal {
  @Flag({
    optional: true,
    description: 'End the live session tokens of the previous pair, too. By default they live until they expire.',
  })
  revokeTokens?: boolean;
}

class Rotation extends Renewal {
  @Whole({ min: 0, max: 0, optional: true, description: 'Seconds in which both secrets work.' })
  overlapSeconds?: number;
}

class KeyQuery extends PageQuery {
  @Uuid({ optional: true }) subscriptionId?: SubscriptionId;
}

class DeletionQuery {
  @OneOf(['true', 'false'], { optional: true, description: '`true`: end the live session tokens of the key, too.' })
  revokeTokens?: string;
}

@ApiTags('Access keys')
@Controller('v1/keys')
export class KeysController {
  constructor(private readonly questions: QuestionClient) {}

  @Post()
  @Allow(identity.createKey, 'Make an access key; the only time its secret is shown')
  @Answer(201, identity.createKey)
  create(@Body() body: NewKey, @EdgeCall() call: CallEnvelope, @Res({ passthrough: true }) reply: FastifyReply) {
    void reply.header('Cache-Control', 'no-store');
    return this.questions.ask(identity.createKey, environmentOf(call), body, call);
  }

  @Get()
  @Allow(identity.listKeys, "The account's keys, masked")
  @Answer(200, identity.listKeys)
  list(@Query() query: KeyQuery, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.listKeys, environmentOf(call), query, call);
  }

  @Get(':id')
  @Allow(identity.getKey, 'A key, masked')
  @Answer(200, identity.getKey)
  get(@Id() keyId: KeyId, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.getKey, environmentOf(call), { keyId }, call);
  }

  @Patch(':id')
  @Allow(identity.renameKey, 'Rename a key')
  @Answer(200, identity.renameKey)
  rename(@Id() keyId: KeyId, @Body() { name }: KeyName, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.renameKey, environmentOf(call), { keyId, name }, call);
  }

  @Delete(':id')
  @Allow(identity.deleteKey, 'Delete a key; from the answer on it gets no token')
  @Answer(204)
  async delete(
    @Id() keyId: KeyId,
    @Query() query: DeletionQuery,
    @Body() body: Renewal,
    @EdgeCall() call: CallEnvelope,
  ) {
    const request = { keyId, revokeTokens: query.revokeTokens === 'true' || (body.revokeTokens ?? false) };
    await this.questions.ask(identity.deleteKey, environmentOf(call), request, call);
  }

  @Post(':id/regeneration')
  @Allow(identity.regenerateKey, 'A new pair; from the answer on the previous one gets no token')
  @Answer(200, identity.regenerateKey)
  regenerate(
    @Id() keyId: KeyId,
    @Body() body: Renewal,
    @EdgeCall() call: CallEnvelope,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('Cache-Control', 'no-store');
    const request = { keyId, revokeTokens: body.revokeTokens ?? false };
    return this.questions.ask(identity.regenerateKey, environmentOf(call), request, call);
  }

  @Post(':id/rotation')
  @Allow(identity.rotateKey, 'A new secret under the same application ID')
  @Answer(200, identity.rotateKey)
  rotate(
    @Id() keyId: KeyId,
    @Body() body: Rotation,
    @EdgeCall() call: CallEnvelope,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('Cache-Control', 'no-store');
    const request = { keyId, revokeTokens: body.revokeTokens ?? false };
    return this.questions.ask(identity.rotateKey, environmentOf(call), request, call);
  }

  @Post(':id/tokens')
  @Allow(tokens.issueOwnToken, 'Make a session token in the sandbox without the secret')
  @Answer(201)
  async makeToken(
    @Id() keyId: KeyId,
    @EdgeCall() call: CallEnvelope,
    @Req() request: EdgeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    refuseIdempotencyKey(request);
    const environment = environmentOf(call);
    // The key must be one of the account's own before anything is said about it.
    await this.questions.ask(identity.getKey, environment, { keyId }, call);
    if (environment !== 'sandbox')
      fail('tokens.sandbox_only', 'Tokens are made here in the sandbox only. In production, use the key.');
    const issued = await this.questions.ask(tokens.issueOwnToken, 'sandbox', { keyId }, call);
    if (issued.outcome === 'refused') {
      const { code, message, reasons } = issued.refusal;
      throw new SlipwayError(code === 'api_access_off' ? 'identity.api_access_off' : 'identity.not_eligible', message, {
        detail: reasons ? { reasons } : {},
      });
    }
    void reply.header('Cache-Control', 'no-store');
    return { accessToken: issued.accessToken, tokenType: 'Bearer', expiresIn: issued.expiresIn };
  }
}
