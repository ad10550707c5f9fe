import { Inject } from '@nestjs/common';
import { v7 } from 'uuid';
import { isWithin } from '#libs/addresses';
import { OnceEvents } from '#libs/broker';
import { Clock } from '#libs/clock';
import { identity, tokens, type Environment, type PersonId, type RequestOf } from '#libs/contracts';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { TokensConfig } from '../../config';
import { claimsOf, lifetimeOf, secondsLeft } from '../../domain/claims';
import { TokenCounts } from '../../workflows/token-counts';
import { FencedKeys, type Outcome } from '../../signing/fenced-keys';
import { SigningKeys } from '../../signing/signing-keys';

const refusals: Record<
  Exclude<identity.KeyVerdict['verdict'], 'good'>,
  { code: 'invalid_client' | 'api_access_off' | 'not_eligible'; message: string }
> = {
  unknown: { code: 'invalid_client', message: 'The application ID or its secret is not valid.' },
  api_access_off: { code: 'api_access_off', message: 'API access is switched off for this account.' },
  not_eligible: { code: 'not_eligible', message: 'This organisation is not eligible to use the API.' },
};

interface Outgoing {
  reply: tokens.Issued;
  /** The token, where there is one. */
  made?: { key: identity.ProvenKey; expiresAt: number; madeBy: PersonId | undefined };
}
type BadVerdict = Exclude<identity.KeyVerdict, { verdict: 'good' }>;

/** To whoever has the secret. */
const stoppedInWords: Record<identity.StopReason, string> = {
  cancelled: 'This key is stopped: its subscription is cancelled. It goes on when that is restored.',
  payment: 'This key is stopped: production is locked until the payment of its subscription is recorded.',
};

const expiredInWords = 'This key has expired. Regenerate it, or make another.';

const domainMismatch: tokens.Issued = {
  outcome: 'refused',
  refusal: { code: 'domain_mismatch', message: 'The domain does not belong to the account of this key.' },
};

/** B25–B27, B30, B31: a session token for a key that is good at this moment. A refusal is an answer, not an error. */
@UseCase()
export class IssueToken {
  constructor(
    private readonly keys: FencedKeys,
    private readonly signingKeys: SigningKeys,
    private readonly counts: TokenCounts,
    private readonly once: OnceEvents,
    private readonly clock: Clock,
    @Inject(TokensConfig) private readonly config: TokensConfig,
  ) {}

  @RpcHandler(tokens.issueToken)
  async issue(
    { applicationId, secret, domain, expiresIn }: RequestOf<typeof tokens.issueToken>,
    context: RpcContext,
  ): Promise<tokens.Issued> {
    const environment = context.scope as Environment;
    const outcome = await this.keys.whileGood({ environment, applicationId, secret }, context, (key) => {
      const refused = refusedFor(key, { domain, address: context.address });
      return refused ? { reply: refused } : this.sign(environment, key, { expiresIn });
    });
    return this.replyOf(outcome, environment, context);
  }

  /** For a person in the portal, wherever they are; sandbox only. */
  @RpcHandler(tokens.issueOwnToken)
  async issueOwn({ keyId }: RequestOf<typeof tokens.issueOwnToken>, context: RpcContext): Promise<tokens.Issued> {
    const { environment, personId } = personOf(context);
    const outcome = await this.keys.whileOwnKeyGood({ environment, keyId }, context, (key) =>
      this.sign(environment, key, { madeBy: personId }),
    );
    return this.replyOf(outcome, environment, context);
  }

  /** What is given out is counted; and once of each key, it is published that it is the first. */
  private replyOf(outcome: Outcome<Outgoing>, environment: Environment, { traceId }: RpcContext): tokens.Issued {
    if (!outcome.good) return refusalOf(outcome.verdict);
    const { reply, made } = outcome.result;
    if (made) {
      this.counts.add(environment, made.key, made.expiresAt, made.madeBy);
      this.publishFirst(environment, made.key, traceId);
    }
    return reply;
  }

  private publishFirst(environment: Environment, key: identity.ProvenKey, traceId: string): void {
    this.once.publish(tokens.firstToken, environment, key, () => {
      const { partnerId, accountId, subscriptionId, keyId } = key;
      return { traceId, data: { partnerId, accountId, subscriptionId, keyId, at: this.clock.date().toISOString() } };
    });
  }

  /**
   * One synchronous step: the `jti` (UUIDv7) tells the time of the signature, so that anyone can check that no token
   * was made after its key had ended.
   */
  private sign(
    environment: Environment,
    key: identity.ProvenKey,
    { expiresIn, madeBy }: { expiresIn?: number | undefined; madeBy?: PersonId },
  ): Outgoing {
    const { SLIPWAY_TOKEN_SECONDS: standard, SLIPWAY_TOKEN_SECONDS_MAX: maximum } = this.config;
    const nowMs = this.clock.now();
    const lifetimeSeconds = Math.min(lifetimeOf(expiresIn, standard, maximum), secondsLeft(key.expiresAt, nowMs));
    // By the clock of this machine, which may be a little ahead of that which found the key good.
    if (lifetimeSeconds <= 0) return { reply: refusalOf({ verdict: 'unknown', expired: true }) };
    const claims = claimsOf({
      publicUrl: this.config.SLIPWAY_PUBLIC_URL,
      environment,
      key,
      jti: v7(),
      nowMs,
      lifetimeSeconds,
      ...(madeBy && { madeBy }),
    });
    const accessToken = this.signingKeys.sign(environment, claims);
    return {
      reply: { outcome: 'issued', accessToken, expiresIn: lifetimeSeconds, accountId: key.accountId },
      made: { key, expiresAt: claims.exp, madeBy },
    };
  }
}

/** What is wrong with the request of somebody who has the key's secret. */
function refusedFor(
  key: identity.ProvenKey,
  { domain, address }: { domain: string | undefined; address: string | undefined },
): tokens.Issued | undefined {
  if (domain !== undefined && domain !== key.domain) return domainMismatch;
  if (!key.allowedAddresses || isWithin(address, key.allowedAddresses)) return undefined;
  const message = `This key may not be used from ${address ?? 'an address that is not known'}.`;
  return { outcome: 'refused', refusal: { code: 'address_not_allowed', message, address: address ?? null } };
}

function refusalOf(verdict: BadVerdict): tokens.Issued {
  const reasons = verdict.verdict === 'not_eligible' ? { reasons: verdict.reasons } : {};
  return { outcome: 'refused', refusal: { ...refusals[verdict.verdict], ...reasons, ...stopOf(verdict) } };
}

/** What is wrong with a key that is there. */
function stopOf(verdict: BadVerdict): Partial<tokens.Refusal> {
  if (verdict.verdict !== 'unknown') return {};
  if (verdict.expired) return { message: expiredInWords, expired: true };
  if (!verdict.stopped) return {};
  return { message: stoppedInWords[verdict.stopped], stopReason: verdict.stopped };
}
