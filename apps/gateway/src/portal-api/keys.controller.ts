import { Body, Controller, Delete, Get, Inject, Patch, Post, Put, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  Allow,
  EdgeContext,
  Field,
  refuseIdempotencyKey,
  type EdgeRequest,
  RespondsWith,
  Id,
  PageQuery,
  nameSchema,
} from '#libs/http';
import { identity, tokens, type KeyId, type SubscriptionId } from '#libs/contracts';
import { fail, notFound, SlipwayError } from '#libs/errors';
import { RpcClient, type RequestContext } from '#libs/rpc';
import { GatewayConfig } from '../config';
import { environmentOf } from '../sessions/environment-of';
import { tokenUrl } from '../tokens/token-url';

const rangesInWords =
  'From where it and its tokens may be used: IPv4 and IPv6 addresses, or ranges of them in CIDR notation.';

class NewKey {
  @Field(identity.createKey.request.shape.name, { description: 'A label, for your own use.' }) name!: string;
  @Field(identity.createKey.request.shape.subscriptionId) subscriptionId!: SubscriptionId;
  @Field(identity.createKey.request.shape.expiresAt, {
    description: 'When it expires: not later than the plan has it, which holds where this is left out.',
  })
  expiresAt?: string | null;
  @Field(identity.createKey.request.shape.allowedAddresses, {
    description: `${rangesInWords} Left out: from anywhere.`,
  })
  allowedAddresses?: string[];
}

class KeyName {
  @Field(identity.renameKey.request.shape.name) name!: string;
}

class KeyExpiry {
  @Field(identity.setKeyExpiry.request.shape.expiresAt, {
    description: 'In whole seconds, and not later than the plan has it. Null: as the plan has it.',
  })
  expiresAt!: string | null;
}

class AllowedAddresses {
  @Field(identity.setAllowedAddresses.request.shape.allowedAddresses, {
    description: `${rangesInWords} None: from anywhere.`,
  })
  allowedAddresses!: string[];
}

class Renewal {
  @Field(identity.deleteKey.request.shape.revokeTokens, {
    description: 'End the live session tokens of the previous pair, too. By default they live until they expire.',
  })
  revokeTokens?: boolean;
}

class Rotation extends Renewal {
  @Field(identity.rotateKey.request.shape.overlapSeconds, {
    description:
      'Seconds in which both secrets work, up to what this installation allows; 0 unless you say otherwise. Rotating again meanwhile ends the older of the two at once.',
  })
  overlapSeconds?: number;
}

class KeyQuery extends PageQuery {
  @Field(identity.listKeys.request.shape.subscriptionId) subscriptionId?: SubscriptionId;
}

class DeletionQuery {
  /** What a query can say of a flag. */
  @Field(z.enum(['true', 'false']).optional(), {
    description: '`true`: end the live session tokens of the key, too.',
  })
  revokeTokens?: string;
}

/** docs/adr/0034 */
const whenThereIsNoKey = [
  'In production, while review or payment is missing: 409 `identity.production_locked`, whose `reasons` are all that the production card lists, those of the account among them (`api_access_off`, `not_eligible`, `suspended`).',
  'Once the account alone is in the way: 403 `identity.not_eligible`, whose `reasons` say why it is not (`suspended` among them), and where it is eligible 409 `identity.api_access_off`.',
].join(' ');

/** As OAuth has it, in the manner of this API. */
const ownToken = nameSchema(
  'SessionToken',
  z.object({ accessToken: z.string(), tokenType: z.literal('Bearer'), expiresIn: z.int() }),
);

@ApiTags('Access keys')
@Controller('v1/keys')
export class KeysController {
  constructor(
    private readonly rpc: RpcClient,
    @Inject(GatewayConfig) private readonly config: GatewayConfig,
  ) {}

  @Post()
  @Allow(identity.createKey, 'Make an access key; the only time its secret is shown', whenThereIsNoKey)
  @RespondsWith(201, { reply: identity.shownKeyWithSecret })
  async create(@Body() body: NewKey, @EdgeContext() context: RequestContext) {
    return this.shown(await this.rpc.call(identity.createKey, environmentOf(context), body, context));
  }

  @Get()
  @Allow(identity.listKeys, "The account's keys, masked")
  @RespondsWith(200, { reply: identity.shownKeys })
  async list(@Query() query: KeyQuery, @EdgeContext() context: RequestContext) {
    const page = await this.rpc.call(identity.listKeys, environmentOf(context), query, context);
    return { ...page, items: page.items.map((key) => this.shown(key)) };
  }

  @Get(':id')
  @Allow(identity.getKey, 'A key, masked')
  @RespondsWith(200, { reply: identity.shownKey })
  async get(@Id() keyId: KeyId, @EdgeContext() context: RequestContext) {
    return this.shown(await this.rpc.call(identity.getKey, environmentOf(context), { keyId }, context));
  }

  @Patch(':id')
  @Allow(identity.renameKey, 'Rename a key')
  @RespondsWith(200, { reply: identity.shownKey })
  async rename(@Id() keyId: KeyId, @Body() { name }: KeyName, @EdgeContext() context: RequestContext) {
    return this.shown(await this.rpc.call(identity.renameKey, environmentOf(context), { keyId, name }, context));
  }

  @Put(':id/expiry')
  @Allow(
    identity.setKeyExpiry,
    'Set when a key expires',
    'Rotating its secret does not change that; regenerating does: the new pair expires as the plan has it.',
  )
  @RespondsWith(200, { reply: identity.shownKey })
  async setExpiry(@Id() keyId: KeyId, @Body() { expiresAt }: KeyExpiry, @EdgeContext() context: RequestContext) {
    const request = { keyId, expiresAt };
    return this.shown(await this.rpc.call(identity.setKeyExpiry, environmentOf(context), request, context));
  }

  @Put(':id/allowed-addresses')
  @Allow(
    identity.setAllowedAddresses,
    'Set from where a key may be used',
    'Tokens carry the ranges of when they were made. Where an address is left out that was allowed, the live ones end, and clients get new ones.',
  )
  @RespondsWith(200, { reply: identity.shownKey })
  async setAllowedAddresses(
    @Id() keyId: KeyId,
    @Body() body: AllowedAddresses,
    @EdgeContext() context: RequestContext,
  ) {
    const request = { keyId, ...body };
    return this.shown(await this.rpc.call(identity.setAllowedAddresses, environmentOf(context), request, context));
  }

  @Delete(':id')
  @Allow(identity.deleteKey, 'Delete a key; from the answer on it gets no token')
  @RespondsWith(204)
  async delete(
    @Id() keyId: KeyId,
    @Query() query: DeletionQuery,
    @Body() body: Renewal,
    @EdgeContext() context: RequestContext,
  ) {
    const request = { keyId, revokeTokens: query.revokeTokens === 'true' || body.revokeTokens };
    await this.rpc.call(identity.deleteKey, environmentOf(context), request, context);
  }

  @Post(':id/regeneration')
  @Allow(identity.regenerateKey, 'A new pair; from the answer on the previous one gets no token')
  @RespondsWith(200, { reply: identity.shownKeyWithSecret })
  async regenerate(@Id() keyId: KeyId, @Body() body: Renewal, @EdgeContext() context: RequestContext) {
    return this.shown(await this.rpc.call(identity.regenerateKey, environmentOf(context), { keyId, ...body }, context));
  }

  @Post(':id/rotation')
  @Allow(identity.rotateKey, 'A new secret under the same application ID')
  @RespondsWith(200, { reply: identity.shownKeyWithSecret })
  async rotate(@Id() keyId: KeyId, @Body() body: Rotation, @EdgeContext() context: RequestContext) {
    return this.shown(await this.rpc.call(identity.rotateKey, environmentOf(context), { keyId, ...body }, context));
  }

  @Post(':id/tokens')
  @Allow(
    tokens.issueOwnToken,
    'Make a session token in the sandbox without the secret',
    'A key that is stopped gets none: 409 `identity.key_stopped`, with `stopReason`; nor does one that has expired: 409 `identity.key_expired`.',
  )
  @RespondsWith(201, { reply: ownToken })
  async makeToken(@Id() keyId: KeyId, @EdgeContext() context: RequestContext, @Req() request: EdgeRequest) {
    refuseIdempotencyKey(request);
    const environment = environmentOf(context);
    // The key must be one of the account's own before anything is said about it.
    await this.rpc.call(identity.getKey, environment, { keyId }, context);
    if (environment !== 'sandbox')
      fail('tokens.sandbox_only', 'Tokens are made here in the sandbox only. In production, use the key.');
    const issued = await this.rpc.call(tokens.issueOwnToken, 'sandbox', { keyId }, context);
    if (issued.outcome === 'refused') throw noToken(issued.refusal);
    return { accessToken: issued.accessToken, tokenType: 'Bearer', expiresIn: issued.expiresIn };
  }

  @Delete(':id/tokens')
  @Allow(identity.revokeKeyTokens, 'End the live session tokens of a key; it gets new ones')
  @RespondsWith(204)
  async revokeTokens(@Id() keyId: KeyId, @EdgeContext() context: RequestContext) {
    await this.rpc.call(identity.revokeKeyTokens, environmentOf(context), { keyId }, context);
  }

  private shown<Key extends identity.Key>(key: Key) {
    // A copy of the release before knows of no expiry.
    const state = key.state ?? (key.stoppedAt ? ('stopped' as const) : ('active' as const));
    return { ...key, state, tokenUrl: tokenUrl(this.config.SLIPWAY_PUBLIC_URL, key.environment) };
  }
}

/** The account's own key, and no client that has to prove itself: a stopped key is one that is there. */
function noToken({ code, message, expired, ...detail }: tokens.Refusal): SlipwayError {
  if (expired) return new SlipwayError('identity.key_expired', message);
  switch (code) {
    case 'api_access_off':
    case 'not_eligible':
      return new SlipwayError(`identity.${code}`, message, { detail });
    default:
      // It was there a moment ago.
      return detail.stopReason ? new SlipwayError('identity.key_stopped', message, { detail }) : notFound();
  }
}
