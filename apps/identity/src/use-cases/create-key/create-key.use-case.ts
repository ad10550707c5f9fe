import {
  actorOf,
  identity,
  subscriptions,
  type Environment,
  type KeyId,
  type PersonCaller,
  type ReplyOf,
  type RequestOf,
  type SubscriptionId,
} from '#libs/contracts';
import { newId, type Tx } from '#libs/database';
import { fail, notFound, SlipwayError } from '#libs/errors';
import { RpcHandler, asService, personOf, RpcClient, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { accountBlockers } from '../../domain/account-blockers';
import { hashSecret, newApplicationId, newSecret, secretHint } from '../../domain/credentials';
import { requireEligible } from '../../domain/eligibility';
import { planExpiry } from '../../domain/key-expiry';
import { noOverlap } from '../../domain/overlap';
import { lowestFreeSlot } from '../../domain/slots';
import { requireRanges } from '../../domain/allowed-addresses';
import { Pepper } from '../../secrets/pepper';
import { Accounts, type AccountStatus } from '../../storage/accounts.repository';
import { AccessKey } from '../../storage/entities';
import { noteExpiry } from '../../storage/key-expiries.repository';
import { keysInSlotsOf } from '../../storage/keys.repository';
import { whyStopped } from '../../storage/subscription-stops.repository';
import { noLiveTokens } from '../../storage/token-counts.repository';
import { requireExpiry } from '../../workflows/key-expiry';
import { describeWithSecret, keyEventData, withoutSecret } from '../../views/key.view';

type Request = RequestOf<typeof identity.createKey>;
type Grant = ReplyOf<typeof subscriptions.checkGrant>;
type Granted = Extract<Grant, { verdict: 'granted' }>;

/**
 * Makes an access key. `subscriptions` says whether the subscription has a grant in the environment; the account must
 * be set up, switched on and eligible; a slot must be free.
 *
 * @throws not_found, identity.production_locked, identity.setup_incomplete, identity.api_access_off,
 * identity.not_eligible, identity.key_limit_reached, subscriptions.plan_has_no_sandbox, invalid_request for an expiry that is
 * past, or later than the plan has it, and for ranges that are none
 */
@UseCase()
export class CreateKey {
  constructor(
    private readonly rpc: RpcClient,
    private readonly transaction: IdempotentTransaction,
    private readonly accounts: Accounts,
    private readonly pepper: Pepper,
  ) {}

  @RpcHandler(identity.createKey)
  async execute(request: Request, context: RpcContext) {
    const person = personOf(context);
    // Asked before the transaction, so that no connection is held meanwhile, and judged inside, after a possible replay.
    const grant = await this.checkGrant(person, request, context);
    const { reply } = await this.transaction.run(
      context,
      request,
      async (tx) => this.make(tx, person, request, await this.granted(tx, person, grant)),
      { record: withoutSecret },
    );
    return reply;
  }

  private checkGrant(
    { environment, partnerId }: PersonCaller,
    { subscriptionId }: Request,
    context: RpcContext,
  ): Promise<Grant> {
    return this.rpc.call(
      subscriptions.checkGrant,
      'shared',
      { partnerId, subscriptionId, environment },
      asService('identity', context),
    );
  }

  private async granted(tx: Tx, { environment, partnerId }: PersonCaller, grant: Grant): Promise<Granted> {
    if (grant.verdict === 'unknown') throw notFound();
    if (grant.verdict === 'no_sandbox') {
      fail('subscriptions.plan_has_no_sandbox', 'The plan of this subscription has no sandbox.');
    }
    if (grant.verdict === 'cancelled') throw cancelled();
    if (grant.verdict === 'granted') return grant;
    const reasons = [...grant.reasons, ...accountBlockers(await this.accounts.get(tx.manager, environment, partnerId))];
    throw locked(reasons);
  }

  private async make(
    tx: Tx,
    person: PersonCaller,
    request: Request,
    { productId, keyLifetimeDays = null, keySlotsPer }: Granted,
  ) {
    const { name, subscriptionId } = request;
    const account = await this.accounts.lockAs(tx.manager, person);
    requireReady(account);
    await requireRunning(tx, { ...person, subscriptionId });
    const slotsOf = keySlotsPer === 'subscription' ? subscriptionId : null;
    const planExpiresAt = planExpiry(keyLifetimeDays, tx.now);
    const secret = newSecret(person.environment);
    const key = tx.manager.create(AccessKey, {
      environment: person.environment,
      id: newId<KeyId>(),
      partnerId: person.partnerId,
      accountId: account.id,
      subscriptionId,
      productId,
      name,
      applicationId: newApplicationId(person.environment),
      secretHash: hashSecret(this.pepper.value, secret),
      secretHint: secretHint(secret),
      slot: await freeSlot(tx, account, slotsOf),
      slotsOf,
      version: 1,
      createdAt: tx.now,
      createdBy: actorOf(person),
      renewedAt: null,
      lastUsedAt: null,
      lastUsedAddress: null,
      ...noOverlap,
      expiresAt: requireExpiry(request.expiresAt, planExpiresAt, tx.now),
      planExpiresAt,
      planLifetimeDays: keyLifetimeDays,
      allowedAddresses: requireRanges(request.allowedAddresses),
      stoppedAt: null,
      stopReason: null,
      deletedAt: null,
    });
    await tx.manager.insert(AccessKey, key);
    await noteExpiry(tx, key);
    await tx.publishEvent(
      identity.keyCreated,
      { id: key.id, version: 1 },
      { ...keyEventData(key), by: actorOf(person) },
    );
    return describeWithSecret(key, secret, { domain: account.domain, now: tx.now, live: noLiveTokens });
  }
}

/** B8, B10, B12. */
function requireReady({ state, apiAccess, eligibility }: AccountStatus): void {
  if (state !== 'active') fail('identity.setup_incomplete', 'Complete the set-up of this account first.');
  requireEligible(eligibility);
  if (!apiAccess) fail('identity.api_access_off', 'Switch on API access for this account first.');
}

async function requireRunning(
  tx: Tx,
  own: Pick<PersonCaller, 'environment' | 'partnerId'> & Pick<Request, 'subscriptionId'>,
): Promise<void> {
  const ended = await tx.manager.query<unknown[]>(
    'select 1 from identity.ended_subscriptions where environment = $1 and subscription_id = $2',
    [own.environment, own.subscriptionId],
  );
  if (ended.length > 0) fail('identity.subscription_ended', 'This subscription has ended.');
  const stopped = await whyStopped(tx.manager, own);
  if (stopped === 'cancelled') throw cancelled();
  // Taken back while `subscriptions` was being asked; the account was found to be ready.
  if (stopped === 'payment') throw locked(['payment']);
}

const locked = (reasons: string[]) =>
  new SlipwayError(
    'identity.production_locked',
    'Production keys cannot be made yet. Each reason says what is missing.',
    {
      detail: { reasons },
    },
  );

const cancelled = () =>
  new SlipwayError(
    'identity.subscription_ended',
    'This subscription is cancelled. No key can be made for it unless it can be, and is, restored.',
  );

/** The account is locked: nobody takes a slot in between. */
async function freeSlot(
  tx: Tx,
  { environment, id: accountId, keyLimit }: AccountStatus,
  slotsOf: SubscriptionId | null,
): Promise<number> {
  const taken = (await keysInSlotsOf(tx.manager, { environment, accountId }, slotsOf)).map(({ slot }) => slot);
  const slot = lowestFreeSlot(taken, keyLimit);
  if (slot === undefined) {
    fail(
      'identity.key_limit_reached',
      limitInWords(slotsOf ? 'subscription' : 'account', environment, taken.length, keyLimit),
      {
        limit: keyLimit,
        used: taken.length,
      },
    );
  }
  return slot;
}

/** Staff may have lowered the limit below what there is: then to delete one is not enough. */
function limitInWords(whose: identity.KeySlotsPer, environment: Environment, used: number, limit: number): string {
  if (limit === 0) return `This ${whose} may have no keys in ${environment}. The provider's staff sets how many.`;
  const tooMany = used - limit + 1;
  return tooMany === 1
    ? `This ${whose} has all ${limit} of its keys in ${environment}. Delete one to make another.`
    : `This ${whose} has ${used} keys in ${environment} and may have ${limit}. They go on working; delete ${tooMany} to make another.`;
}
