import { IsNull } from 'typeorm';
import { fenceMs, identity, type Environment, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { isApplicationId, secretMatches } from '../../domain/credentials';
import { eligibilityOf } from '../../domain/eligibility';
import { Pepper } from '../../secrets/pepper';
import { AccessKey, Person } from '../../storage/entities';
import { KeyLoader, type VerifiableKey } from '../../storage/key-loader';
import { KeyGuesses } from '../../workflows/key-guesses';

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
    if (key && secretMatches(this.pepper.value, secret, key.secret_hash)) return verdictOn(key);
    await this.guesses.countFailure(applicationId, key, context);
    return { verdict: 'unknown' };
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
    return key && stillThere ? verdictOn(key) : { verdict: 'unknown' };
  }
}

function verdictOn(key: VerifiableKey): identity.KeyVerdict {
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
    key: {
      applicationId: key.application_id,
      keyId: key.key_id,
      partnerId: key.partner_id,
      accountId: key.account_id,
      subscriptionId: key.subscription_id,
      productId: key.product_id,
      domain: key.domain,
      epoch: key.epoch,
    },
  };
}
