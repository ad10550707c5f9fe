import { randomBytes } from 'node:crypto';
import type { Environment } from '#libs/contracts';
import { Api, type ApiReply } from './api';
import { until } from './eventually';
import { expectStatus } from './expectations';
import type { RunningSystem } from './system';

/** Somebody signed in to one account of a partner. */
export interface PartnerAccount {
  environment: Environment;
  session: string;
  accountId: string;
  domain: string;
  username: string;
  password: string;
}

export interface Registered {
  partnerId: string;
  name: string;
  domain: string;
  primary: PartnerAccount;
}

const unique = () => randomBytes(5).toString('hex');

/**
 * The story in steps, over HTTP only: every test begins where its own part of the story begins. Each partner, product
 * and person is new, so that tests do not meet.
 */
export class Scenario {
  readonly gateway: Api;
  readonly admin: Api;
  private adminSession: string | undefined;

  constructor(readonly system: RunningSystem) {
    this.gateway = new Api(system.gatewayUrl);
    this.admin = new Api(system.adminUrl);
  }

  unique = unique;

  /** A session of the first admin. */
  async staff(): Promise<string> {
    this.adminSession ??= (await this.signInStaff(this.system.admin)).session;
    return this.adminSession;
  }

  async signInStaff({ email, password }: { email: string; password: string }) {
    const { body } = expectStatus(await this.admin.post('/v1/sessions', { body: { email, password } }), 201);
    return { session: body.accessToken as string, staff: body.staff };
  }

  async newStaff(role: 'admin' | 'reviewer') {
    const credentials = { email: `${role}-${unique()}@provider.example`, password: `staff-${unique()}-${unique()}` };
    const created = await this.admin.post('/v1/staff', {
      session: await this.staff(),
      body: { ...credentials, role, displayName: `Some ${role}` },
    });
    expectStatus(created, 201);
    return { ...credentials, id: created.body.id as string, ...(await this.signInStaff(credentials)) };
  }

  person(username = 'admin') {
    return {
      username,
      displayName: 'Ada Lovelace',
      email: `${username}@partner.example`,
      password: `person-${unique()}-${unique()}`,
    };
  }

  /** An organisation with its primary account, signed in; not verified. */
  async register(
    claims: Partial<{ name: string; domain: string; programme: string; type: string }> = {},
  ): Promise<Registered> {
    const tag = unique();
    const registration = {
      name: `Partner ${tag}`,
      domain: `p-${tag}.example`,
      programme: 'csp',
      type: 'direct_bill',
      ...claims,
      admin: this.person(),
    };
    const { body } = expectStatus(await this.gateway.post('/v1/partners', { body: registration }), 201);
    const primary = await this.signIn(registration.admin.username, registration.domain, registration.admin.password);
    return { partnerId: body.partnerId, name: registration.name, domain: registration.domain, primary };
  }

  async signIn(username: string, domain: string, password: string): Promise<PartnerAccount> {
    const { body } = expectStatus(
      await this.gateway.post('/v1/sessions', { body: { username: `${username}@${domain}`, password } }),
      201,
    );
    return {
      environment: body.account.environment,
      session: body.accessToken,
      accountId: body.account.id,
      domain,
      username,
      password,
    };
  }

  async verify(partnerId: string): Promise<void> {
    expectStatus(
      await this.admin.patch(`/v1/partners/${partnerId}`, { session: await this.staff(), body: { verified: true } }),
      200,
    );
  }

  /** Asks for the sandbox and waits for the notification that it is there; signed in, not set up. */
  async createSandbox({ primary }: Registered): Promise<PartnerAccount> {
    const admin = this.person('sandbox-admin');
    const { body } = expectStatus(
      await this.gateway.post('/v1/sandbox', { session: primary.session, body: { admin } }),
      202,
    );
    await until('the sandbox to be there', async () => {
      const reply = await this.gateway.get('/v1/sandbox', { session: primary.session });
      return reply.body.state === 'awaiting_setup';
    });
    return this.signIn(admin.username, body.domain, admin.password);
  }

  async setUp(account: PartnerAccount): Promise<void> {
    expectStatus(
      await this.gateway.post('/v1/account/setup', { session: account.session, body: { acceptPolicy: true } }),
      200,
    );
  }

  async switchApiAccess(account: PartnerAccount, enabled = true): Promise<void> {
    expectStatus(
      await this.gateway.put('/v1/account/api-access', { session: account.session, body: { enabled } }),
      200,
    );
  }

  /** Somebody else in the account. */
  async addPerson(account: PartnerAccount, role: 'global_admin' | 'developer'): Promise<PartnerAccount> {
    const person = this.person(`user-${unique()}`);
    expectStatus(
      await this.gateway.post('/v1/account/users', { session: account.session, body: { ...person, role } }),
      201,
    );
    return this.signIn(person.username, account.domain, person.password);
  }

  /** A verified partner with both accounts set up and API access on in both. */
  async readyPartner(): Promise<Registered & { sandbox: PartnerAccount }> {
    const partner = await this.register();
    await this.verify(partner.partnerId);
    const sandbox = await this.createSandbox(partner);
    await this.setUp(sandbox);
    await this.switchApiAccess(sandbox);
    await this.switchApiAccess(partner.primary);
    return { ...partner, sandbox };
  }

  async product(endpoints: { sandbox?: string; production?: string } = {}) {
    const slug = `api-${unique()}`;
    const { body } = expectStatus(
      await this.admin.post('/v1/products', {
        session: await this.staff(),
        body: { name: `API ${slug}`, slug, description: 'For a test.', endpoints },
      }),
      201,
    );
    return body as { id: string; slug: string; name: string };
  }

  async plan(plan: Record<string, unknown> = {}, productId?: string) {
    const product = productId ?? (await this.product()).id;
    const { body } = expectStatus(
      await this.admin.post(`/v1/products/${product}/plans`, {
        session: await this.staff(),
        body: { name: 'Standard', sandbox: true, ...plan },
      }),
      201,
    );
    return body as { id: string };
  }

  async subscribe({ session }: PartnerAccount, planId: string, name = 'Integration') {
    const { body } = expectStatus(
      await this.gateway.post('/v1/subscriptions', { session, body: { planId, name } }),
      201,
    );
    return body;
  }

  async createKey({ session }: PartnerAccount, subscriptionId: string, name = 'key') {
    const { body } = expectStatus(
      await this.gateway.post('/v1/keys', { session, body: { name, subscriptionId } }),
      201,
    );
    return body as {
      id: string;
      applicationId: string;
      applicationSecret: string;
      domain: string;
      environment: Environment;
    };
  }

  /** OAuth client credentials, HTTP Basic. */
  token(
    { applicationId, applicationSecret }: { applicationId: string; applicationSecret: string },
    environment: Environment,
  ) {
    return this.gateway.post(`/${environment}/oauth2/token`, {
      basic: [applicationId, applicationSecret],
      form: { grant_type: 'client_credentials' },
    });
  }

  /** The EQP form of the same. */
  eqpToken(
    { applicationId, applicationSecret }: { applicationId: string; applicationSecret: string },
    environment: Environment,
    body: object = { grant_type: 'session' },
  ) {
    return this.gateway.post(`/${environment}/rest/v1/app/session/token`, {
      basic: [applicationId, applicationSecret],
      body,
    });
  }

  whoami(token: string, environment: Environment) {
    return this.gateway.get(`/${environment}/whoami`, { session: token });
  }

  /** A ready partner, subscribed to a plan with a sandbox, with a sandbox key. */
  async integrating(plan: Record<string, unknown> = {}, planned?: string) {
    const partner = await this.readyPartner();
    const planId = planned ?? (await this.plan(plan)).id;
    const subscription = await this.subscribe(partner.sandbox, planId);
    const key = await this.createKey(partner.sandbox, subscription.id);
    return { ...partner, planId, subscriptionId: subscription.id as string, key };
  }

  async submit({ session }: PartnerAccount, subscriptionId: string, answers?: object) {
    const { body } = expectStatus(
      await this.gateway.post(`/v1/subscriptions/${subscriptionId}/submissions`, {
        session,
        body: answers ? { answers } : {},
      }),
      201,
    );
    return body as { submissionId: string };
  }

  async decide(
    submissionId: string,
    action: 'approval' | 'rejection' | 'change-request' | 'reopening',
    body: object = {},
  ) {
    return this.admin.post(`/v1/reviews/${submissionId}/${action}`, { session: await this.staff(), body });
  }

  async subscription({ session }: PartnerAccount, subscriptionId: string) {
    return expectStatus(await this.gateway.get(`/v1/subscriptions/${subscriptionId}`, { session }), 200).body;
  }

  async recordPayment(subscriptionId: string, reference = 'INV-1') {
    const session = await this.staff();
    return this.admin.post(`/v1/subscriptions/${subscriptionId}/payment`, { session, body: { reference } });
  }

  /** A partner that has reached production on a free plan. */
  async inProduction({ planId }: { planId?: string } = {}) {
    const integrating = await this.integrating({}, planId);
    const { submissionId } = await this.submit(integrating.sandbox, integrating.subscriptionId);
    expectStatus(await this.decide(submissionId, 'approval'), 200);
    return { ...integrating, submissionId };
  }

  /** Waits for a mail of this type to somebody of a partner, as staff reads it where there is no mail server. */
  mail(
    partnerId: string,
    type: string,
    wanted: (mail: { text: string; to: string; environment: Environment }) => boolean = () => true,
  ) {
    return until(`a mail of ${type}`, async () => {
      const reply = await this.admin.get(`/v1/mails?partnerId=${partnerId}&limit=200`, { session: await this.staff() });
      const items = expectStatus(reply, 200).body.items as {
        type: string;
        state: string;
        subject: string;
        text: string | null;
        to: string;
        environment: Environment;
      }[];
      return items.find((mail) => {
        const { text, to, environment } = mail;
        return mail.type === type && mail.state === 'kept' && text !== null && wanted({ text, to, environment });
      });
    });
  }

  /** The token of the link in such a mail. */
  async mailedToken(partnerId: string, type: string, email: string): Promise<string> {
    const { text } = await this.mail(partnerId, type, ({ to }) => to === email);
    const [, token] = /#(slp[a-z]_\w+)/.exec(text ?? '') ?? [];
    if (!token) throw new Error('the mail has no link');
    return token;
  }

  async inbox(account: PartnerAccount) {
    return messagesIn(expectStatus(await this.readMessages(account), 200));
  }

  /** Waits for a message of this type in an account's inbox, and for an inbox that is away just now. */
  message(account: PartnerAccount, type: string) {
    return until(`${type} in the inbox`, async () => {
      const reply = await this.readMessages(account);
      if (reply.status === 503) return undefined;
      return messagesIn(expectStatus(reply, 200)).find((message) => message.type === type);
    });
  }

  private readMessages({ session }: PartnerAccount): Promise<ApiReply> {
    return this.gateway.get('/v1/notifications?limit=200', { session });
  }
}

const messagesIn = ({ body }: ApiReply) =>
  (body as { items: { id: string; type: string; title: string; text: string }[] }).items;
