import { randomBytes } from 'node:crypto';
import type { Environment } from '#libs/contracts';
import { until, type RunningSystem } from '#libs/testing';
import { Calls, PatientClient, type ClientOptions } from './patient-client';

const unique = () => randomBytes(5).toString('hex');

interface Account {
  environment: Environment;
  session: string;
}

interface Key {
  id: string;
  applicationId: string;
  applicationSecret: string | null;
}

/** What a story has done, for whoever checks it afterwards. */
export interface PlayedStory {
  subscriptionId: string;
  sandbox: Account;
  primary: Account;
  /** How often a key had to be regenerated, because the reply that showed its secret was lost. */
  regenerations: Record<Environment, number>;
  repetitions: number;
}

/** The whole story, from registration to a call in production, by a client that never gives up. */
export class Story {
  private readonly partner: PatientClient;
  private readonly staff: PatientClient;
  private readonly regenerations = { sandbox: 0, production: 0 };
  private readonly calls: Calls;

  constructor(
    private readonly system: Pick<RunningSystem, 'gatewayUrl' | 'adminUrl' | 'admin'>,
    private readonly planId: string,
    { calls = new Calls(), ...options }: ClientOptions = {},
  ) {
    this.calls = calls;
    this.partner = new PatientClient(system.gatewayUrl, { calls, ...options });
    this.staff = new PatientClient(system.adminUrl, { calls, ...options });
  }

  async play(): Promise<PlayedStory> {
    const domain = `p-${unique()}.example`;
    const admin = person('admin');
    await this.partner.write('POST', '/v1/partners', {
      body: { name: `Partner ${domain}`, domain, programme: 'csp', type: 'direct_bill', admin },
    });
    const primary = await this.signIn(`admin@${domain}`, admin.password);
    const sandbox = await this.openSandbox(primary);
    for (const { session } of [sandbox, primary])
      await this.partner.write('PUT', '/v1/account/api-access', { session, body: { enabled: true } });

    const subscribed = await this.partner.write('POST', '/v1/subscriptions', {
      session: sandbox.session,
      body: { planId: this.planId, name: 'Integration' },
    });
    const subscriptionId = subscribed.body.id as string;
    await this.callWith(sandbox, await this.makeKey(sandbox, subscriptionId));

    await this.decide(await this.submit(sandbox, subscriptionId), 'change-request', 'Please show the error handling.');
    await this.decide(await this.submit(sandbox, subscriptionId), 'approval', 'Welcome.');
    await this.callWith(primary, await this.makeKey(primary, subscriptionId));
    return {
      ...{ subscriptionId, sandbox, primary },
      regenerations: this.regenerations,
      repetitions: this.calls.failures.length,
    };
  }

  private async signIn(username: string, password: string): Promise<Account> {
    const { body } = await this.partner.obtain('/v1/sessions', { body: { username, password } });
    return { environment: body.account.environment, session: body.accessToken };
  }

  private async openSandbox({ session }: Account): Promise<Account> {
    const admin = person('sandbox-admin');
    const { body } = await this.partner.write('POST', '/v1/sandbox', { session, body: { admin } });
    const isThere = async () => (await this.partner.get('/v1/sandbox', { session })).body.state === 'awaiting_setup';
    await until('the sandbox to be there', isThere, 180_000);
    const sandbox = await this.signIn(`sandbox-admin@${body.domain}`, admin.password);
    await this.partner.write('POST', '/v1/account/setup', { session: sandbox.session, body: { acceptPolicy: true } });
    return sandbox;
  }

  private async makeKey({ session, environment }: Account, subscriptionId: string): Promise<Key> {
    let { body: key } = await this.partner.write('POST', '/v1/keys', {
      session,
      body: { name: 'key', subscriptionId },
    });
    while (key.applicationSecret === null) {
      this.regenerations[environment] += 1;
      ({ body: key } = await this.partner.write('POST', `/v1/keys/${key.id}/regeneration`, { session, body: {} }));
    }
    return key as Key;
  }

  private async callWith({ environment }: Account, { applicationId, applicationSecret }: Key): Promise<void> {
    const { body: token } = await this.partner.obtain(`/${environment}/oauth2/token`, {
      basic: [applicationId, applicationSecret ?? ''],
      form: { grant_type: 'client_credentials' },
    });
    const { body } = await this.partner.get(`/${environment}/whoami`, { session: token.access_token });
    if (body.environment !== environment || body.applicationId !== applicationId)
      throw new Error(`whoami in ${environment} says ${JSON.stringify(body)}`);
  }

  private async submit({ session }: Account, subscriptionId: string): Promise<string> {
    const path = `/v1/subscriptions/${subscriptionId}/submissions`;
    return (await this.partner.write('POST', path, { session, body: {} })).body.submissionId;
  }

  private async decide(submissionId: string, action: string, notes: string): Promise<void> {
    const { body } = await this.staff.obtain('/v1/sessions', {
      body: { email: this.system.admin.email, password: this.system.admin.password },
    });
    await this.staff.write('POST', `/v1/reviews/${submissionId}/${action}`, {
      session: body.accessToken,
      body: { notes },
    });
  }
}

const person = (username: string) => ({
  username,
  displayName: 'Ada Lovelace',
  email: `${username}@partner.example`,
  password: `person-${unique()}-${unique()}`,
});
