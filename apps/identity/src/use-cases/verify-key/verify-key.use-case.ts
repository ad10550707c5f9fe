import { IsNull } from 'typeorm';
import { Clock } from '#libs/clock';
import { fenceMs, identity, type Environment, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { isApplicationId, secretMatches } from '../../domain/credentials';
import { eligibilityOf } from '../../domain/eligibility';
import { Pepper } from '../../secrets/pepper';
import { AccessKey, Person } from '../../storage/entities';
import { KeyLoader, type VerifiableKey } from '../../storage/key-loader';
import { KeyGuesses } from '../../workflows/key-guesses';
import { KeyUses } from '../../workflows/key-uses';

/**
 * Whether a key may have a token now (B10, B12, B17, B19). A wrong secret and an unknown application ID are the same
 * answer; what the account lacks is told only to whoever has the secret, whom no failures of others keep out.
 */
@UseCase()
export class VerifyKey {
  constructor(
    private readonly keys: KeyLoader,
    private readonly database: Database,
    private readonly pepper: Pepper,
    private readonly guesses: KeyGuesses,
    private readonly uses: KeyUses,
    private readonly clock: Clock,
  ) {}

  /** @throws identity.too_many_failures */
  @RpcHandler(identity.verifyKey)
  async verify(
    { applicationId, secret }: RequestOf<typeof identity.verifyKey>,
    context: RpcContext,
  ): Promise<identity.KeyVerdict> {
    const key = isApplicationId(applicationId)
      ? await this.keys.load(context.scope as Environment, applicationId)
      : undefined;
    if (key && secretMatches(this.pepper.value, secret, key.secret_hash)) return this.used(key, context);
    const leftMs = key && this.previousLeftMs(key, secret);
    if (key && leftMs) return this.used(key, context, leftMs);
    await this.guesses.countFailure(applicationId, key, context);
    return { verdict: 'unknown' };
  }

  private used(key: VerifiableKey, { scope, address }: RpcContext, secretLeftMs?: number): identity.KeyVerdict {
    const verdict = this.verdictOn(key, secretLeftMs);
    if (verdict.verdict === 'good') this.uses.note(scope as Environment, key.key_id, address);
    return verdict;
  }

  /** B18: how long the secret works yet if it is the one before; by the clock of after the row was read, so never too long. */
  private previousLeftMs(key: VerifiableKey, secret: string): number {
    const { previous_secret_hash: hash, previous_secret_until: until } = key;
    if (!hash || !until || !secretMatches(this.pepper.value, secret, hash)) return 0;
    return Math.max(0, until.getTime() - this.clock.now());
  }

  /** B31: whoever is signed in to the account need not know the secret. */
  @RpcHandler(identity.verifyOwnKey)
  async verifyOwn(
    { keyId }: RequestOf<typeof identity.verifyOwnKey>,
    context: RpcContext,
  ): Promise<identity.KeyVerdict> {
    const { environment, accountId, personId } = personOf(context);
    const own = await this.database.reading(environment, (manager) =>
      manager.findOneBy(AccessKey, { environment, accountId, id: keyId, deletedAt: IsNull() }),
    );
    const key = own && (await this.keys.load(environment, own.applicationId));
    // After the key and its epoch: whoever is removed later ends a token of this epoch.
    const stillThere = await this.database.reading(environment, (manager) =>
      manager.existsBy(Person, { environment, accountId, id: personId }),
    );
    return key && stillThere ? this.verdictOn(key) : { verdict: 'unknown' };
  }

  /** @param secretLeftMs for how long the secret works yet, where it ends before the key */
  private verdictOn(key: VerifiableKey, secretLeftMs = Infinity): identity.KeyVerdict {
    const keyLeftMs = key.expires_at ? key.expires_at.getTime() - this.clock.now() : Infinity;
    if (keyLeftMs <= 0) return { verdict: 'unknown', expired: true };
    return verdictOn(key, Math.min(secretLeftMs, keyLeftMs));
  }
}

/** @param leftMs for how long this holds, where it ends by itself */
function verdictOn(key: VerifiableKey, leftMs: number): identity.KeyVerdict {
  if (key.stopped) return { verdict: 'unknown', stopped: key.stopped };
  const eligibility = eligibilityOf({
    verified: key.verified,
    suspended: key.suspended,
    unlisted: key.unlisted,
  });
  if (!eligibility.eligible) return { verdict: 'not_eligible', reasons: eligibility.reasons };
  if (!key.api_access) return { verdict: 'api_access_off' };
  return {
    verdict: 'good',
    fenceMs,
    ...(leftMs < Infinity && { goodForMs: Math.min(leftMs, identity.goodForMsMax) }),
    key: {
      applicationId: key.application_id,
      keyId: key.key_id,
      partnerId: key.partner_id,
      accountId: key.account_id,
      subscriptionId: key.subscription_id,
      productId: key.product_id,
      domain: key.domain,
      epoch: key.epoch,
      ...(key.expires_at && { expiresAt: key.expires_at.toISOString() }),
      ...(key.allowed_addresses.length > 0 && { allowedAddresses: key.allowed_addresses }),
    },
  };
}
