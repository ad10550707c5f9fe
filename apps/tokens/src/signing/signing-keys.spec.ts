import { environments, type Environment } from '#libs/contracts';
import { racing } from '#libs/testing';
import { aProvenKey, TokensSpec } from '../spec-support/tokens-spec';
import { SigningKeys } from './signing-keys';

const dayMs = 86_400_000;

describe('signing keys', () => {
  let spec: TokensSpec;

  beforeAll(async () => {
    spec = await TokensSpec.open({
      SLIPWAY_SIGNING_KEY_DAYS: '30',
      SLIPWAY_SIGNING_KEY_LEAD_SECONDS: '600',
      SLIPWAY_TOKEN_SECONDS_MAX: '7200',
    });
  });
  afterAll(() => spec.close());
  beforeEach(async () => {
    await spec.service.admin.query('delete from tokens.signing_keys');
    await lookAgain();
  });

  /** As another copy of the service does when it starts, and each from time to time. */
  const lookAgain = async () => {
    for (const environment of environments) await spec.service.get(SigningKeys).refresh(environment);
  };
  const published = async (environment: Environment = 'sandbox') =>
    (await spec.publicKeys(environment)).map(({ kid }) => kid);
  const signer = async () => {
    spec.verdict({ verdict: 'good', key: aProvenKey() });
    const { accessToken } = await spec.issued();
    const [header = ''] = accessToken.split('.');
    return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }).kid;
  };
  const laterBy = async (ms: number) => {
    spec.service.clock.advance(ms);
    await lookAgain();
  };

  describe('at the start', () => {
    it('each environment has one of its own, which signs at once', async () => {
      const [sandbox, ...more] = await published('sandbox');
      expect(more).toEqual([]);
      expect(await published('production')).toHaveLength(1);
      expect(await published('production')).not.toContain(sandbox);
      expect(await signer()).toBe(sandbox);
    });

    it('another copy finds it, however many start at the same moment', async () => {
      const before = await published();
      await Promise.all([lookAgain(), lookAgain(), lookAgain()]);
      expect(await published()).toEqual(before);
    });

    it('copies that start at the same moment, where there is none yet, make one', async () => {
      await spec.service.admin.query("delete from tokens.signing_keys where environment = 'sandbox'");
      const refresh = () => spec.service.get(SigningKeys).refresh('sandbox');
      const started = await racing(spec.service, { table: 'tokens.signing_keys' }, [refresh, refresh, refresh]);
      expect(started.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
      const { rows } = await spec.service.admin.query<{ kid: string }>(
        "select kid from tokens.signing_keys where environment = 'sandbox'",
      );
      expect(rows).toHaveLength(1);
      expect(await published()).toEqual(rows.map(({ kid }) => kid));
    });

    it('each is in the audit as made by the service itself, and what only looks is not', async () => {
      const [kid] = await published();
      await lookAgain();
      const acts = (await spec.service.acts()).filter(({ targets }) => targets['kid'] === kid);
      expect(acts).toMatchObject([
        { scope: 'sandbox', by: { kind: 'system', id: null }, action: 'tokens.make-signing-key' },
      ]);
    });

    it('the private key is sealed: what is stored is no key', async () => {
      const { rows } = await spec.service.admin.query<{ private_key: Buffer; public_key: Record<string, string> }>(
        'select private_key, public_key from tokens.signing_keys',
      );
      expect(rows).toHaveLength(environments.length);
      for (const { private_key, public_key } of rows) {
        // Its scalar would stand beside the public point in an unsealed PKCS #8.
        expect(private_key.includes(Buffer.from(public_key['x'] ?? '', 'base64url'))).toBe(false);
        expect(public_key).not.toHaveProperty('d');
        expect(Object.keys(public_key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
        expect(Buffer.from(public_key['x'] ?? '', 'base64url')).toHaveLength(32);
      }
    });
  });

  describe('the rotation, by the clock', () => {
    it('there is no successor before its time', async () => {
      const before = await published();
      await laterBy(30 * dayMs - 60_000);
      expect(await published()).toEqual(before);
    });

    it('the successor is published before it signs, and one is enough', async () => {
      const [first] = await published();
      await laterBy(30 * dayMs + 1_000);
      await lookAgain();
      expect(await published()).toHaveLength(2);
      expect(await signer()).toBe(first);
      await laterBy(500_000);
      expect(await published()).toHaveLength(2);
      expect(await signer()).toBe(first);
    });

    it('it signs after the lead, and the first stays published as long as its tokens live', async () => {
      const [first] = await published();
      await laterBy(30 * dayMs + 1_000);
      await laterBy(610_000);
      expect(await signer()).not.toBe(first);
      expect(await published()).toContain(first);
      await laterBy(7_100_000 - 10_000);
      expect(await published()).toContain(first);
      await laterBy(200_000);
      expect(await published()).toEqual([await signer()]);
    });
  });
});
