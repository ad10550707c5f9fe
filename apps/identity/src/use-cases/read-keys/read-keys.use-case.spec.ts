import { identity, type Environment, type PersonCaller } from '#libs/contracts';
import { anApp, anId } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';

describe('which subscriptions have live keys', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  interface Own {
    partnerId: string;
    subscriptionId: string;
  }
  const found = async (environment: Environment, subscriptions: Own[]) => {
    const reply = await spec.call(
      identity.findLiveKeys,
      environment,
      { subscriptions } as never,
      anApp('subscriptions'),
    );
    return [...reply.subscriptionIds].sort();
  };
  const keyOf = async (person: PersonCaller): Promise<Own & { keyId: string }> => {
    const { id, subscriptionId } = await spec.makeKey(person);
    return { partnerId: person.partnerId, subscriptionId, keyId: id };
  };

  it('B36: is said of each that has one there, of its own partner, that is not deleted', async () => {
    const { person } = await spec.registerReady();
    const other = await spec.registerReady();
    const [kept, deleted] = [await keyOf(person), await keyOf(person)];
    const others = await keyOf(other.person);
    await spec.call(identity.deleteKey, 'production', { keyId: deleted.keyId } as never, person);
    const stranger = { partnerId: person.partnerId, subscriptionId: others.subscriptionId };
    const none = { partnerId: person.partnerId, subscriptionId: anId() };
    const named = [kept, deleted, others, none].map(({ partnerId, subscriptionId }) => ({ partnerId, subscriptionId }));
    expect(await found('production', named)).toEqual([kept.subscriptionId, others.subscriptionId].sort());
    expect(await found('production', [stranger])).toEqual([]);
    expect(await found('sandbox', named)).toEqual([]);
    expect(await found('production', [])).toEqual([]);
  });
});
