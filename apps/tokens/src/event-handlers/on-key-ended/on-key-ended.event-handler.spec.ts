import { tokens } from '#libs/contracts';
import { unchanged } from '#libs/events';
import { newTraceId } from '#libs/rpc';
import { anApp, anId } from '#libs/testing';
import { applicationId, partnerId, TokensSpec } from '../../spec-support/tokens-spec';
import { OnKeyEnded } from './on-key-ended.event-handler';

const previousApplicationId = 'app_sbx_previous9ABCDEFGHIJKL0';

describe('a key has ended', () => {
  let spec: TokensSpec;

  beforeAll(async () => {
    spec = await TokensSpec.open();
  });
  afterAll(() => spec.close());
  beforeEach(() => spec.service.admin.query('delete from tokens.revocations'));

  const anEvent = (data: Record<string, unknown>, ageMs = 0) => ({
    id: anId(),
    scope: 'sandbox',
    time: new Date(spec.service.clock.now() - ageMs).toISOString(),
    data: { partnerId, applicationId, ...data },
  });
  const deliver = (event: ReturnType<typeof anEvent>) =>
    spec.service.database.transaction('sandbox', newTraceId(), (tx) =>
      spec.service.get(OnKeyEnded).endTokens(event as never, tx),
    );
  const revoked = async () => (await spec.service.call(tokens.listRevocations, 'sandbox', {}, anApp('gateway'))).items;

  describe('its tokens were to end', () => {
    it('waits for the direct call first, and ends them itself when none has come', async () => {
      const event = anEvent({ revokeTokens: true });
      expect(await deliver(event)).toEqual({ afterMs: expect.any(Number) });
      expect(await revoked()).toEqual([]);
      spec.service.clock.advance(8_001);
      await deliver(event);
      expect(await revoked()).toMatchObject([{ applicationId }]);
      const { rows } = await spec.service.admin.query('select partner_id from tokens.revocations');
      expect(rows).toEqual([{ partner_id: partnerId }]);
    });

    it('does nothing where the direct call has come: tokens of a new secret live on', async () => {
      const event = anEvent({ revokeTokens: true });
      await spec.service.call(tokens.revokeApplication, 'sandbox', { partnerId, applicationId }, anApp('identity'));
      const before = await revoked();
      spec.service.clock.advance(8_001);
      expect(await deliver(event)).toBe(unchanged);
      expect(await revoked()).toEqual(before);
    });

    it('an older revocation is not taken for it', async () => {
      await spec.service.call(tokens.revokeApplication, 'sandbox', { partnerId, applicationId }, anApp('identity'));
      const [earlier] = await revoked();
      spec.service.clock.advance(60_000);
      const event = anEvent({ revokeTokens: true });
      spec.service.clock.advance(8_001);
      await deliver(event);
      const [now] = await revoked();
      expect(now?.notBefore).toBeGreaterThan((earlier?.notBefore ?? 0) + 60_000);
    });

    it('of a regenerated key, the previous pair’s', async () => {
      expect(await deliver(anEvent({ revokeTokens: true, previousApplicationId }, 9_000))).toBeUndefined();
      expect(await revoked()).toMatchObject([{ applicationId: previousApplicationId }]);
    });

    it('delivered twice, it ends them once', async () => {
      const event = anEvent({ revokeTokens: true }, 9_000);
      await deliver(event);
      const before = await revoked();
      spec.service.clock.advance(5_000);
      await deliver(event);
      expect(await revoked()).toEqual(before);
    });
  });

  it('B20: its tokens were not to end: they do not', async () => {
    expect(await deliver(anEvent({ revokeTokens: false }, 9_000))).toBe(unchanged);
    expect(await revoked()).toEqual([]);
  });
});
