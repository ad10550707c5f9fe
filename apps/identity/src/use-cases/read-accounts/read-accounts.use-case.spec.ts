import { identity, type Environment, type PartnerId } from '#libs/contracts';
import { anApp, anId } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';

describe('what keeps accounts from making keys', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const blockersOf = async (environment: Environment, ...partnerIds: string[]) => {
    const request = { partnerIds: partnerIds as PartnerId[] };
    const { items } = await spec.call(identity.getAccountBlockers, environment, request, anApp('subscriptions'));
    return new Map<string, string[]>(items.map(({ partnerId, blockers }) => [partnerId, blockers]));
  };

  it('B34: is told of many at once, of each for itself, and of none that is not there', async () => {
    const [ready, off, lost] = [await spec.registerReady(), await spec.register(), await spec.registerReady()];
    const change = { partnerId: lost.partnerId, verified: false };
    await spec.call(identity.updatePartner, 'shared', change, spec.staff);
    const missing = anId();
    const blockers = await blockersOf('production', ready.partnerId, off.partnerId, lost.partnerId, missing);
    expect([...blockers.keys()].sort()).toEqual([ready, off, lost].map(({ partnerId }) => partnerId).sort());
    expect(blockers.get(ready.partnerId)).toEqual([]);
    expect(blockers.get(off.partnerId)).toEqual(['api_access_off']);
    expect(blockers.get(lost.partnerId)).toEqual(['not_eligible']);
    expect((await blockersOf('sandbox', ready.partnerId)).size).toBe(0);
  });
});
