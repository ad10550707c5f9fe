import { randomBytes } from 'node:crypto';
import { Scenario, type PartnerAccount, type RunningSystem } from '#libs/testing';
import { Calls, PatientClient } from './patient-client';
import { Story, type PlayedStory } from './story';

type Ready = Awaited<ReturnType<Scenario['integrating']>>;

/** A key as it is shown when it is made and whenever its secret changes. */
interface ShownKey {
  id: string;
  applicationId: string;
  /** Null: another reply has shown it, which never arrived. */
  applicationSecret: string | null;
}

interface Players {
  stories: number;
  /** Partners who make keys, change their secrets in every way, and delete them. */
  keyHolders: number;
  /** Partners whose programs get tokens and call the provider, while their people look at what they have. */
  callers: number;
}

/** Between one play and the next: as on a machine that has room for one process being started. */
const breathMs = 200;

/** What is not to be noticed: all that partners and staff do, over and over, until it ends. */
export class SteadyLoad {
  readonly calls = new Calls();
  readonly stories: PlayedStory[] = [];
  secretsShown = 0;
  readonly secretsLost: string[] = [];
  private readonly gateway: PatientClient;
  private playing: Promise<void>[] = [];
  private ending = false;

  private constructor(
    private readonly system: RunningSystem,
    private readonly planId: string,
  ) {
    this.gateway = new PatientClient(system.gatewayUrl, this.options);
  }

  private get options() {
    return { calls: this.calls, isDocumented: false };
  }

  static async begin(system: RunningSystem, { stories, keyHolders, callers }: Players, providerUrl: string) {
    const scenario = new Scenario(system);
    const product = await scenario.product({ sandbox: providerUrl });
    const { id: planId } = await scenario.plan({}, product.id);
    const partners: Ready[] = [];
    while (partners.length < keyHolders + callers) partners.push(await scenario.integrating({}, planId));
    const load = new SteadyLoad(system, planId);
    for (let count = 0; count < stories; count += 1) load.keep(() => load.playStory());
    for (const partner of partners.slice(0, keyHolders)) load.keep(() => load.changeSecrets(partner));
    for (const partner of partners.slice(keyHolders)) load.keep(() => load.makeCalls(partner, product.slug));
    return load;
  }

  /** What has begun is played to its end. */
  async end(): Promise<void> {
    this.ending = true;
    await Promise.all(this.playing);
  }

  /** Once more and once more; what fails for good is a failure, and the next begins. */
  private keep(play: () => Promise<void>): void {
    const playOn = async () => {
      while (!this.ending) {
        await play().catch((error: unknown) => this.calls.failures.push(String(error)));
        await new Promise((resolve) => setTimeout(resolve, breathMs));
      }
    };
    this.playing.push(playOn());
  }

  private async playStory(): Promise<void> {
    this.stories.push(await new Story(this.system, this.planId, this.options).play());
  }

  private async changeSecrets({ sandbox, subscriptionId }: Ready): Promise<void> {
    const name = `key-${randomBytes(4).toString('hex')}`;
    const key = await this.showSecret(sandbox, '/v1/keys', { name, subscriptionId });
    await this.showSecret(sandbox, `/v1/keys/${key.id}/rotation`, { revokeTokens: true });
    await this.showSecret(sandbox, `/v1/keys/${key.id}/regeneration`, {});
    await this.gateway.write('DELETE', `/v1/keys/${key.id}`, { session: sandbox.session });
  }

  /** Every command that shows a secret does so, and the secret works. */
  private async showSecret({ session }: PartnerAccount, path: string, body: object): Promise<ShownKey> {
    const key = (await this.gateway.write('POST', path, { session, body })).body as ShownKey;
    if (key.applicationSecret === null) this.secretsLost.push(path);
    else {
      await this.token(key.applicationId, key.applicationSecret);
      this.secretsShown += 1;
    }
    return key;
  }

  private async token(applicationId: string, applicationSecret: string): Promise<string> {
    const { body } = await this.gateway.obtain('/sandbox/oauth2/token', {
      basic: [applicationId, applicationSecret],
      form: { grant_type: 'client_credentials' },
    });
    return body.access_token as string;
  }

  private async makeCalls({ sandbox: { session }, key }: Ready, slug: string): Promise<void> {
    const token = await this.token(key.applicationId, key.applicationSecret);
    await this.gateway.get('/sandbox/whoami', { session: token });
    await this.gateway.get(`/sandbox/api/${slug}/orders`, { session: token });
    for (const path of ['/v1/account', '/v1/keys', '/v1/subscriptions', '/v1/notifications'])
      await this.gateway.get(path, { session });
  }
}
