import { broadcastSubject, tokens, type Environment } from '#libs/contracts';
import { anApp, anybody } from '#libs/testing';
import { newTraceId } from '#libs/rpc';
import { applicationId, partnerId, TokensSpec } from '../../spec-support/tokens-spec';
import { Revocations } from '../../workflows/revocations';

describe('ending the live tokens of an application ID', () => {
  let spec: TokensSpec;

  beforeAll(async () => {
    spec = await TokensSpec.open({ SLIPWAY_TOKEN_SECONDS_MAX: '7200' });
  });
  afterAll(() => spec.close());
  beforeEach(() => spec.service.admin.query('delete from tokens.revocations'));

  const revoke = (environment: Environment = 'sandbox') =>
    spec.service.call(tokens.revokeApplication, environment, { partnerId, applicationId }, anApp('identity'));
  const list = async (environment: Environment = 'sandbox') =>
    (await spec.service.call(tokens.listRevocations, environment, {}, anApp('gateway'))).items;
  const raise = (notBefore: Date) =>
    spec.service.database.transaction('sandbox', newTraceId(), (tx) =>
      spec.service.get(Revocations).raise(tx, 'sandbox', { partnerId, applicationId }, notBefore),
    );

  describe('B20: ended', () => {
    it('as of now, for as long as a token of it may live, in this environment only', async () => {
      const before = spec.service.clock.now();
      await revoke();
      const [revocation] = await list();
      expect(revocation?.applicationId).toBe(applicationId);
      expect(revocation?.notBefore).toBeGreaterThanOrEqual(before);
      expect(revocation?.notBefore).toBeLessThanOrEqual(spec.service.clock.now());
      expect((revocation?.until ?? 0) - (revocation?.notBefore ?? 0)).toBe(7_200_000);
      expect(await list('production')).toEqual([]);
    });

    it('for the partner whose application it is', async () => {
      await revoke();
      const { rows } = await spec.service.admin.query('select partner_id, application_id from tokens.revocations');
      expect(rows).toEqual([{ partner_id: partnerId, application_id: applicationId }]);
    });

    it('every gateway is broadcast at once what the list says', async () => {
      await revoke();
      const [revocation] = await list();
      expect(spec.service.broadcasts.sent.at(-1)).toEqual({
        subject: broadcastSubject(tokens.revoked, 'sandbox'),
        data: revocation,
      });
    });

    it('again raises it', async () => {
      await revoke();
      const [first] = await list();
      spec.service.clock.advance(60_000);
      await revoke();
      const [second, ...others] = await list();
      expect(others).toEqual([]);
      expect((second?.notBefore ?? 0) - (first?.notBefore ?? 0)).toBeGreaterThanOrEqual(60_000);
    });
  });

  describe('never lowered', () => {
    it('an earlier moment changes nothing, and the later one is what is broadcast', async () => {
      const later = new Date(spec.service.clock.now());
      await raise(later);
      const broadcast = await raise(new Date(later.getTime() - 60_000));
      expect(broadcast).toEqual({ applicationId, notBefore: later.getTime(), until: later.getTime() + 7_200_000 });
      expect(await list()).toEqual([broadcast]);
    });

    it('whichever of two comes first', async () => {
      const later = spec.service.clock.now();
      await Promise.all([5, 0, 3, 1].map((seconds) => raise(new Date(later - seconds * 1_000))));
      expect(await list()).toMatchObject([{ notBefore: later }]);
    });
  });

  describe('forgotten', () => {
    it('once the last token it touches has expired by itself, and cleared away by the next', async () => {
      await revoke();
      spec.service.clock.advance(7_201_000);
      expect(await list()).toEqual([]);
      await spec.service.call(
        tokens.revokeApplication,
        'sandbox',
        { partnerId, applicationId: `${applicationId.slice(0, -1)}Z` },
        anApp('identity'),
      );
      const { rows } = await spec.service.admin.query('select 1 from tokens.revocations');
      expect(rows).toHaveLength(1);
    });
  });

  it('is in the audit, with the application ID, as done by the service that called', async () => {
    await revoke();
    expect((await spec.service.acts()).at(-1)).toMatchObject({
      scope: 'sandbox',
      by: { kind: 'service', id: 'identity' },
      action: 'tokens.revoke-application.v1',
      targets: { applicationId },
    });
  });

  it('refused to whoever is no service of ours', async () => {
    await expect(
      spec.service.call(tokens.revokeApplication, 'sandbox', { partnerId, applicationId }, anybody),
    ).rejects.toMatchObject({ code: 'not_signed_in' });
    expect(await list()).toEqual([]);
  });
});
