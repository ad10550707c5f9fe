import {
  identity,
  subscriptions,
  type Caller,
  type CallerSession,
  type Environment,
  type PartnerId,
  type PartnerRole,
  type PersonCaller,
  type ProductId,
  type ReplyOf,
  type RequestInput,
  type RequestOf,
  type RpcMethod,
  type Scope,
  type StaffCaller,
  type StaffId,
  type SubscriptionId,
} from '#libs/contracts';
import { anApp, anId, anybody, aStaffMember, openService, racing, type OpenedService } from '#libs/testing';
import { identityService } from '../identity.module';
import { OnAccountOpened } from '../event-handlers/on-account-opened/on-account-opened.event-handler';
import { OnAccountRequested } from '../event-handlers/on-account-requested/on-account-requested.event-handler';
import { Fence } from '../workflows/fence';

export const password = 'correct horse battery';
export const ada = { username: 'ada', displayName: 'Ada Lovelace', email: 'ada@example.com', password };
export const firstAdmin = { email: 'admin@provider.example', password: 'a long enough password' };

const openedIn = '0'.repeat(32);

export interface KnownPartner {
  partnerId: PartnerId;
  /** Of the primary account; the sandbox's has `sandbox.` before it. */
  domain: string;
  /** The first administrator of the primary account, signed in. */
  person: PersonCaller;
}

/** Somebody with the session that signing in gave them. */
export interface SignedIn<Who extends Caller = Caller> {
  accessToken: string;
  caller: Who;
  session: CallerSession;
}

/** The identity service, opened for a spec, with what its specs begin with. */
export class IdentitySpec {
  readonly productId = anId<ProductId>();

  private constructor(
    readonly service: OpenedService,
    /** The first administrator of the provider. */
    readonly staff: StaffCaller,
  ) {}

  /**
   * Unless a spec says otherwise, registrations are trusted, staff may do without a second factor, and every grant is given.
   */
  static async open(settings: Record<string, string> = {}): Promise<IdentitySpec> {
    const service = await openService(identityService, {
      SLIPWAY_ADMIN_EMAIL: firstAdmin.email,
      SLIPWAY_ADMIN_PASSWORD: firstAdmin.password,
      SLIPWAY_TRUST_REGISTRATION: '1',
      SLIPWAY_REGISTRATIONS_PER_HOUR: '10000',
      SLIPWAY_STAFF_SECOND_FACTOR: 'optional',
      ...settings,
    });
    const { rows } = await service.admin.query<{ id: StaffId }>('select id from identity.staff');
    const [{ id: staffId } = { id: anId<StaffId>() }] = rows;
    const spec = new IdentitySpec(service, { ...aStaffMember('admin'), staffId });
    spec.grant({ verdict: 'granted', productId: spec.productId });
    return spec;
  }

  close(): Promise<void> {
    return this.service.close();
  }

  /** As in `OpenedService`. */
  call<M extends RpcMethod>(
    method: M,
    scope: Scope,
    request: RequestInput<M>,
    caller: Caller,
    idempotencyKey?: string,
  ): Promise<ReplyOf<M>> {
    return this.service.call(method, scope, request, caller, { idempotencyKey });
  }

  /** What `subscriptions` says of every grant from now on. */
  grant(verdict: ReplyOf<typeof subscriptions.checkGrant>): void {
    this.service.neighbours.handle(subscriptions.checkGrant, () => verdict);
  }

  /** A partner whose primary account is open, API access off. */
  async register(given: Partial<RequestOf<typeof identity.registerPartner>> = {}): Promise<KnownPartner> {
    const domain = `p-${anId()}.example`;
    const claims = { name: 'Contoso', domain, programme: 'csp', type: 'direct_bill', admin: ada, ...given };
    const { partnerId } = await this.call(identity.registerPartner, 'shared', claims, anybody);
    return { partnerId, domain: claims.domain, person: await this.signIn('production', claims.domain) };
  }

  /** A partner who may make keys in its primary account. */
  async registerReady(): Promise<KnownPartner> {
    const partner = await this.register();
    await this.call(identity.setApiAccess, 'production', { enabled: true }, partner.person);
    return partner;
  }

  /** The sandbox of a partner, open and awaiting its set-up. @returns its administrator, signed in */
  async openSandbox(partner: KnownPartner): Promise<PersonCaller> {
    await this.call(identity.requestSandbox, 'shared', { admin: ada }, partner.person);
    await this.deliverOpening(partner);
    return this.signIn('sandbox', `sandbox.${partner.domain}`);
  }

  /** What the consumers do with a sandbox that was asked for. */
  async deliverOpening({ partnerId }: KnownPartner): Promise<void> {
    const event = { data: { partnerId } };
    await this.service.database.transaction('sandbox', openedIn, (tx) =>
      this.service.get(OnAccountRequested).open(event as never, tx),
    );
    await this.service.database.transaction('shared', openedIn, (tx) =>
      this.service.get(OnAccountOpened).opened({ ...event, scope: 'sandbox' } as never, tx),
    );
  }

  /** A partner's sandbox, set up. @returns its administrator, signed in */
  async openActiveSandbox(partner: KnownPartner): Promise<PersonCaller> {
    const person = await this.openSandbox(partner);
    await this.call(identity.completeSetup, 'sandbox', { acceptPolicy: true }, person);
    return person;
  }

  async signIn(environment: Environment, domain: string, username = ada.username): Promise<PersonCaller> {
    const { accessToken } = await this.session(environment, domain, username);
    const caller = await this.whoHas(environment, accessToken);
    if (!caller) throw new Error('nobody is signed in');
    return caller;
  }

  session(environment: Environment, domain: string, username = ada.username) {
    return this.call(identity.signIn, environment, { username, domain, password }, anybody);
  }

  /** As `signIn`, with the session. */
  async begin(
    environment: Environment,
    domain: string,
    username = ada.username,
    given = password,
  ): Promise<SignedIn<PersonCaller>> {
    const request = { username, domain, password: given };
    const { accessToken } = await this.call(identity.signIn, environment, request, anybody);
    const { caller, session } = await this.authenticated(environment, accessToken);
    if (!caller || !session) throw new Error('nobody is signed in');
    return { accessToken, caller, session };
  }

  async beginStaff(credentials = firstAdmin): Promise<SignedIn<StaffCaller>> {
    const { accessToken } = await this.call(identity.signInStaff, 'shared', credentials, anybody);
    const found = await this.authenticatedStaff(accessToken);
    if (!found) throw new Error('nobody is signed in');
    return { accessToken, ...found };
  }

  authenticated(environment: Environment, accessToken: string) {
    return this.call(identity.authenticate, environment, { accessToken }, anApp('gateway'));
  }

  /** Undefined where the session is none, or has ended. */
  async authenticatedStaff(accessToken: string) {
    const { caller, session } = await this.call(identity.authenticateStaff, 'shared', { accessToken }, anApp('admin'));
    return caller && session ? { caller, session } : undefined;
  }

  /** Calls as somebody in the session that they have, as it is at this moment. */
  async callIn<M extends RpcMethod>(method: M, by: SignedIn, request: RequestInput<M>, idempotencyKey?: string) {
    const staff = by.caller.kind === 'staff';
    const scope = by.caller.kind === 'person' ? by.caller.environment : 'shared';
    const now = staff
      ? (await this.authenticatedStaff(by.accessToken))?.session
      : (await this.authenticated(scope as Environment, by.accessToken)).session;
    return this.service.call(method, scope, request, by.caller, { session: now ?? by.session, idempotencyKey });
  }

  async whoHas(environment: Environment, accessToken: string): Promise<PersonCaller | null> {
    const { caller } = await this.call(identity.authenticate, environment, { accessToken }, anApp('gateway'));
    return caller;
  }

  /** Somebody else in the account. @returns signed in */
  async colleague(of: PersonCaller, domain: string, username: string, role: PartnerRole): Promise<PersonCaller> {
    await this.call(identity.addPerson, of.environment, { ...ada, username, role }, of);
    return this.signIn(of.environment, domain, username);
  }

  makeKey(person: PersonCaller, subscriptionId = anId<SubscriptionId>(), name = 'server') {
    return this.call(identity.createKey, person.environment, { name, subscriptionId }, person);
  }

  /** What `tokens` would be told of a pair. */
  verify(environment: Environment, pair: { applicationId: string; applicationSecret: string | null }) {
    const { applicationId, applicationSecret } = pair;
    const secret = applicationSecret ?? '';
    return this.call(identity.verifyKey, environment, { applicationId, secret }, anApp('tokens'));
  }

  /** What a token would carry that is made with a pair now. */
  async epochOf(
    pair: { applicationId: string; applicationSecret: string | null },
    environment: Environment,
  ): Promise<number> {
    const verdict = await this.verify(environment, pair);
    if (verdict.verdict !== 'good') throw new Error(`the key is not good: ${verdict.verdict}`);
    return verdict.key.epoch;
  }

  /** Everything that has ended tokens in an environment, as the gateways read it. */
  async revocations(environment: Environment, after = 0): Promise<identity.TokenRevocation[]> {
    const request = { after };
    const { items, epoch, more } = await this.call(
      identity.listTokenRevocations,
      environment,
      request,
      anApp('gateway'),
    );
    return more ? [...items, ...(await this.revocations(environment, epoch))] : items;
  }

  /** Ids of those whose tokens were ended in an environment meanwhile, with the kind of each. */
  async endedBy(environment: Environment, act: () => Promise<unknown>): Promise<(readonly [string, string])[]> {
    const before = Math.max(0, ...(await this.revocations(environment)).map(({ epoch }) => epoch));
    await act();
    return (await this.revocations(environment, before)).map(({ holder, holderId }) => [holder, holderId] as const);
  }

  /** See `racing`. @param table of identity's schema */
  atOnce<Reply>(
    { table, ids }: { table: string; ids?: readonly string[] },
    calls: readonly (() => Promise<Reply>)[],
  ): Promise<PromiseSettledResult<Reply>[]> {
    return racing(this.service, { table: `identity.${table}`, ids }, calls);
  }

  /**
   * Holds a call at the time fence, looks around, and lets it go on. Fails where the call answers without having come
   * to the fence: what is seen meanwhile is what others see before the answer.
   */
  async atFence<Reply>(act: () => Promise<Reply>, look: () => unknown = () => undefined): Promise<Reply> {
    let arrive = (): void => undefined;
    let leave = (): void => undefined;
    const arrived = new Promise<'at the fence'>((resolve) => (arrive = () => resolve('at the fence')));
    const left = new Promise<void>((resolve) => (leave = resolve));
    const fence = jest.spyOn(this.service.get(Fence), 'pass').mockImplementation(() => {
      arrive();
      return left;
    });
    try {
      const reply = act();
      expect(await Promise.race([arrived, reply.then(() => 'answered without the fence')])).toBe('at the fence');
      await look();
      leave();
      return await reply;
    } finally {
      leave();
      fence.mockRestore();
    }
  }
}
