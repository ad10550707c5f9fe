import { importJWK, jwtVerify } from 'jose';
import { identity, tokens, type Environment, type KeyId } from '#libs/contracts';
import { anId, aPerson } from '#libs/testing';
import { applicationId, aProvenKey, publicUrl, TokensSpec } from '../../spec-support/tokens-spec';

describe('issuing a token', () => {
  let spec: TokensSpec;

  beforeAll(async () => {
    spec = await TokensSpec.open({ SLIPWAY_TOKEN_SECONDS: '3600', SLIPWAY_TOKEN_SECONDS_MAX: '7200' });
  });
  afterAll(() => spec.close());

  const claimsOf = async (accessToken: string, environment: Environment = 'sandbox') => {
    const currentDate = spec.service.clock.date();
    const { payload } = await jwtVerify(
      accessToken,
      async ({ kid }) => {
        const key = (await spec.publicKeys(environment)).find((published) => published.kid === kid);
        if (!key) throw new Error('signed by a key that is not published');
        return importJWK(key, 'ES256');
      },
      {
        issuer: `${publicUrl}/${environment}`,
        audience: `${publicUrl}/${environment}/api`,
        typ: 'at+jwt',
        currentDate,
      },
    );
    return payload;
  };

  describe('issued', () => {
    it('B25, B26: signed by a published key, with what a provider needs to know', async () => {
      const key = aProvenKey();
      spec.verdict({ verdict: 'good', key });
      const { accessToken, expiresIn, accountId } = await spec.issued();
      expect([expiresIn, accountId]).toEqual([3_600, key.accountId]);
      const claims = await claimsOf(accessToken);
      expect(claims).toMatchObject({
        sub: applicationId,
        client_id: applicationId,
        partner_id: key.partnerId,
        account_id: key.accountId,
        subscription_id: key.subscriptionId,
        product_id: key.productId,
        key_id: key.keyId,
        epoch: key.epoch,
      });
      expect(claims).not.toHaveProperty('act');
      expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3_600);
    });

    it('B23: lives no longer than its key, whatever is asked for', async () => {
      const expiresAt = new Date(Math.ceil(spec.service.clock.now() / 1_000) * 1_000 + 600_000).toISOString();
      spec.verdict({ verdict: 'good', key: aProvenKey({ expiresAt }) });
      for (const expiresIn of [undefined, 7_200]) {
        const issued = await spec.issued(expiresIn === undefined ? {} : { expiresIn });
        const { exp, iat } = await claimsOf(issued.accessToken);
        expect(exp).toBe(Date.parse(expiresAt) / 1_000);
        expect(issued.expiresIn).toBe((exp ?? 0) - (iat ?? 0));
      }
      expect((await spec.issued({ expiresIn: 60 })).expiresIn).toBe(60);
    });

    it('B23: carries from where alone its key may be used', async () => {
      const allowedAddresses = ['203.0.113.0/24'];
      spec.verdict({ verdict: 'good', key: aProvenKey({ allowedAddresses }) });
      const { accessToken } = await spec.issued({}, 'sandbox', { address: '203.0.113.7' });
      expect(await claimsOf(accessToken)).toMatchObject({ allowed_addresses: allowedAddresses });
      spec.verdict({ verdict: 'good', key: aProvenKey() });
      expect(await claimsOf((await spec.issued()).accessToken)).not.toHaveProperty('allowed_addresses');
    });

    it('B30: in the environment that was asked, by a key of that environment', async () => {
      spec.verdict({ verdict: 'good', key: aProvenKey() });
      const { accessToken } = await spec.issued({}, 'production');
      await claimsOf(accessToken, 'production');
      await expect(claimsOf(accessToken, 'sandbox')).rejects.toThrow('signed by a key that is not published');
      const [last] = spec.service.neighbours.calls.filter(({ method }) => method === 'verify-key').slice(-1);
      expect(last).toMatchObject({ scope: 'production' });
    });

    it('no two are the same', async () => {
      spec.verdict({ verdict: 'good', key: aProvenKey() });
      const made = await Promise.all([spec.issued(), spec.issued(), spec.issued()]);
      const claims = await Promise.all(made.map(({ accessToken }) => claimsOf(accessToken)));
      expect(new Set(claims.map(({ jti }) => jti)).size).toBe(3);
    });
  });

  describe('for the first time', () => {
    const publishedOf = ({ keyId }: { keyId: KeyId }) =>
      spec.service.edgeEvents.published.filter(({ subject }) => subject === keyId);

    it('B50: is published, once for each key, and says whose key it is', async () => {
      const key = aProvenKey();
      spec.verdict({ verdict: 'good', key });
      for (let token = 0; token < 3; token += 1) await spec.issued();
      const { partnerId, accountId, subscriptionId, keyId } = key;
      const at = expect.stringMatching(/^20.*Z$/) as string;
      expect(publishedOf(key)).toMatchObject([
        { type: 'tokens.first-token.v1', scope: 'sandbox', data: { partnerId, accountId, subscriptionId, keyId, at } },
      ]);
      const another = aProvenKey();
      spec.verdict({ verdict: 'good', key: another });
      await spec.issued();
      expect(publishedOf(another)).toHaveLength(1);
    });

    it('not where none is given out', async () => {
      const key = aProvenKey();
      spec.verdict({ verdict: 'good', key });
      expect(await spec.issue({ domain: 'elsewhere.example' })).toMatchObject({ outcome: 'refused' });
      expect(publishedOf(key)).toEqual([]);
    });
  });

  describe('B26: its lifetime', () => {
    it.each([
      [60, 60],
      [7_200, 7_200],
      [7_201, 7_200],
      [1_000_000, 7_200],
    ])('%i seconds asked for are %i', async (expiresIn, given) => {
      spec.verdict({ verdict: 'good', key: aProvenKey() });
      const token = await spec.issued({ expiresIn });
      expect(token.expiresIn).toBe(given);
      const claims = await claimsOf(token.accessToken);
      expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(given);
    });

    it.each([0, -1, 1.5])('%d is no lifetime', async (expiresIn) => {
      await expect(spec.issue({ expiresIn })).rejects.toMatchObject({ code: 'invalid_request' });
    });
  });

  describe('refused', () => {
    it.each<[identity.KeyVerdict, string, string[] | undefined]>([
      [{ verdict: 'unknown' }, 'invalid_client', undefined],
      [{ verdict: 'api_access_off' }, 'api_access_off', undefined],
      [{ verdict: 'not_eligible', reasons: ['unverified', 'suspended'] }, 'not_eligible', ['unverified', 'suspended']],
    ])('%j', async (verdict, code, reasons) => {
      spec.verdict(verdict);
      const reply = await spec.issue();
      expect(reply).toMatchObject({ outcome: 'refused', refusal: { code } });
      expect(reply.outcome === 'refused' && reply.refusal.reasons).toEqual(reasons);
    });

    it.each([['198.51.100.1'], ['::1'], [undefined]])(
      'B23: from %s, where the key may not be used, and names it',
      async (address) => {
        const key = aProvenKey({ allowedAddresses: ['203.0.113.0/24'] });
        spec.verdict({ verdict: 'good', key });
        const refusal = { code: 'address_not_allowed', address: address ?? null };
        expect(await spec.issue({}, 'sandbox', address ? { address } : {})).toMatchObject({
          outcome: 'refused',
          refusal,
        });
      },
    );

    it('as before where the key has expired, and says so; also where only the clock here is past its end', async () => {
      const expired = {
        refusal: { code: 'invalid_client', message: expect.stringContaining('expired'), expired: true },
      };
      spec.verdict({ verdict: 'unknown', expired: true });
      expect(await spec.issue()).toMatchObject(expired);
      const expiresAt = new Date(spec.service.clock.now()).toISOString();
      spec.verdict({ verdict: 'good', key: aProvenKey({ expiresAt }) });
      expect(await spec.issue()).toMatchObject(expired);
    });

    it.each([
      ['payment', 'production is locked until the payment'],
      ['cancelled', 'its subscription is cancelled'],
    ] as const)('as before where the key is stopped, and says why: %s', async (stopped, words) => {
      spec.verdict({ verdict: 'unknown', stopped });
      const message = expect.stringContaining(words) as unknown;
      expect(await spec.issue()).toMatchObject({ refusal: { code: 'invalid_client', message, stopReason: stopped } });
    });

    it('B25: a domain that is not the account’s, and none is as good as the right one', async () => {
      spec.verdict({ verdict: 'good', key: aProvenKey({ domain: 'contoso.example' }) });
      expect(await spec.issue({ domain: 'fabrikam.example' })).toMatchObject({
        outcome: 'refused',
        refusal: { code: 'domain_mismatch' },
      });
      await spec.issued({ domain: 'contoso.example' });
      await spec.issued();
    });

    it('a wrong domain tells nothing to whoever does not have the secret', async () => {
      spec.verdict({ verdict: 'unknown' });
      expect(await spec.issue({ domain: 'fabrikam.example' })).toMatchObject({ refusal: { code: 'invalid_client' } });
    });

    it('while identity is away', async () => {
      spec.verdict({ verdict: 'unknown' });
      spec.service.neighbours.handle(identity.verifyKey, () => {
        throw new Error('away');
      });
      await expect(spec.issue()).rejects.toThrow('away');
    });
  });

  describe('B31: one’s own, in the portal', () => {
    const issueOwn = (keyId: KeyId, person = aPerson('sandbox')) =>
      spec.service.call(tokens.issueOwnToken, 'sandbox', { keyId }, person);

    it('issued without the secret, on behalf of the person', async () => {
      const key = aProvenKey();
      spec.verdict({ verdict: 'good', key });
      const person = aPerson('sandbox', { roles: ['developer'] });
      let onBehalfOf: unknown;
      spec.service.neighbours.handle(identity.verifyOwnKey, (_request, { context }) => {
        onBehalfOf = context.caller;
        return { verdict: 'good' as const, key };
      });
      const reply = await issueOwn(key.keyId, person);
      expect(onBehalfOf).toEqual(person);
      expect(reply).toMatchObject({ outcome: 'issued', expiresIn: 3_600, accountId: key.accountId });
      expect(await claimsOf(reply.outcome === 'issued' ? reply.accessToken : '')).toMatchObject({ sub: applicationId });
    });

    it('refused: a key that is not theirs', async () => {
      spec.verdict({ verdict: 'unknown' });
      expect(await issueOwn(anId())).toMatchObject({ outcome: 'refused', refusal: { code: 'invalid_client' } });
    });

    it('refused: the primary account, whose tokens nobody makes by hand', async () => {
      await expect(issueOwn(anId(), aPerson('production'))).rejects.toMatchObject({ code: 'forbidden' });
      await expect(
        spec.service.call(tokens.issueOwnToken, 'production', { keyId: anId() }, aPerson('production')),
      ).rejects.toThrow('nobody handles');
    });
  });
});
