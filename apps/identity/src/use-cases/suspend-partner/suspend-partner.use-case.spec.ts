import { identity, type PartnerId } from '#libs/contracts';
import { address, anId, aStaffMember, audited } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';

describe('suspending a partner', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const suspend = (partnerId: PartnerId) =>
    spec.call(identity.suspendPartner, 'shared', { partnerId, notes: 'unpaid' }, spec.staff);
  const eventsOf = async (partnerId: PartnerId) =>
    (await spec.service.published(identity.partnerSuspended)).filter(({ subject }) => subject === partnerId);

  describe('B11: suspended', () => {
    it('no key of either account gets a token by the time of the answer', async () => {
      const partner = await spec.registerReady();
      const sandbox = await spec.openActiveSandbox(partner);
      await spec.call(identity.setApiAccess, 'sandbox', { enabled: true }, sandbox);
      const live = await spec.makeKey(partner.person);
      const test = await spec.makeKey(sandbox);
      const suspended = { verdict: 'not_eligible', reasons: ['suspended'] };
      await spec.atFence(
        () => suspend(partner.partnerId),
        async () => {
          expect(await spec.verify('production', live)).toEqual(suspended);
          expect(await spec.verify('sandbox', test)).toEqual(suspended);
        },
      );
    });

    it.each([
      [undefined, [1, 1]],
      [true, [1, 1]],
      [false, [0, 0]],
    ])(
      'the live tokens of both accounts end, unless it says otherwise: revokeTokens %s',
      async (revokeTokens, ended) => {
        const { partnerId } = await spec.register();
        const act = () =>
          spec.call(
            identity.suspendPartner,
            'shared',
            { partnerId, ...(revokeTokens !== undefined && { revokeTokens }) },
            spec.staff,
          );
        const inSandbox = await spec.endedBy('sandbox', async () => {
          const inProduction = await spec.endedBy('production', act);
          expect(inProduction).toEqual(Array(ended[0]).fill(['partner', partnerId]));
        });
        expect(inSandbox).toEqual(Array(ended[1]).fill(['partner', partnerId]));
      },
    );

    it('is told in the answer, and published with the notes', async () => {
      const { partnerId } = await spec.register();
      expect(await suspend(partnerId)).toMatchObject({
        suspended: true,
        eligibility: { production: { eligible: false, reasons: ['suspended'] } },
      });
      expect(await eventsOf(partnerId)).toMatchObject([
        { aggregateversion: 2, data: { notes: 'unpaid', revokeTokens: true, by: { id: spec.staff.staffId } } },
      ]);
    });

    it('is one row of the audit log, with who of the staff and which partner; the notes are elsewhere', async () => {
      const { partnerId } = await spec.register();
      const request = { partnerId, notes: 'unpaid', revokeTokens: true };
      const { rows, traceId } = await audited(spec.service, identity.suspendPartner, 'shared', request, spec.staff);
      expect(rows).toEqual([
        {
          scope: 'shared',
          id: expect.any(String),
          at: expect.any(Date),
          actor_kind: 'staff',
          actor_id: spec.staff.staffId,
          action: 'identity.suspend-partner.v1',
          outcome: 'done',
          targets: { id: partnerId, partnerId, revokeTokens: true },
          address,
          trace_id: traceId,
        },
      ]);
    });

    it('people can still sign in and see why', async () => {
      const { partnerId, domain } = await spec.register();
      await suspend(partnerId);
      const person = await spec.signIn('production', domain);
      expect(await spec.call(identity.getAccount, 'production', {}, person)).toMatchObject({
        eligibility: { reasons: ['suspended'] },
      });
    });
  });

  describe('refused', () => {
    it('a partner that is suspended already', async () => {
      const { partnerId } = await spec.register();
      await suspend(partnerId);
      await expect(suspend(partnerId)).rejects.toMatchObject({ code: 'identity.already_suspended' });
    });

    it('one of two at once', async () => {
      const { partnerId } = await spec.register();
      const results = await spec.atOnce(
        { table: 'partners', ids: [partnerId] },
        Array.from({ length: 2 }, () => () => suspend(partnerId)),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await eventsOf(partnerId)).toHaveLength(1);
    });

    it('to a reviewer', async () => {
      const { partnerId } = await spec.register();
      await expect(
        spec.call(identity.suspendPartner, 'shared', { partnerId, notes: null }, aStaffMember('reviewer')),
      ).rejects.toMatchObject({ code: 'forbidden' });
    });
  });

  it('not found: a partner nobody knows', async () => {
    await expect(suspend(anId())).rejects.toMatchObject({ code: 'not_found' });
  });
});
