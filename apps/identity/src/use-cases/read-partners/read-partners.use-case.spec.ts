import { identity, type PartnerId, type RequestInput } from '#libs/contracts';
import { aStaffMember } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';

describe('reading partners', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_TRUST_REGISTRATION: '0' });
  });
  afterAll(() => spec.close());

  const list = (request: RequestInput<typeof identity.listPartners>) =>
    spec.call(identity.listPartners, 'shared', request, aStaffMember('reviewer'));
  const ids = ({ items }: { items: { id: PartnerId }[] }) => items.map(({ id }) => id);
  const verify = (partnerId: PartnerId) =>
    spec.call(identity.updatePartner, 'shared', { partnerId, verified: true }, spec.staff);

  it('those who wait for verification are found, page by page, newest first', async () => {
    const waiting = [await spec.register(), await spec.register(), await spec.register()].map((each) => each.partnerId);
    const verified = await spec.register();
    await verify(verified.partnerId);
    const first = await list({ verified: false, limit: 2 });
    const second = await list({ verified: false, limit: 2, cursor: first.nextCursor ?? undefined });
    expect([...ids(first), ...ids(second)]).toEqual([...waiting].reverse());
    expect(second.nextCursor).toBeNull();
    expect(ids(await list({ verified: true }))).toEqual([verified.partnerId]);
    expect(ids(await list({}))).toHaveLength(4);
  });

  it('an expired registration waits for nothing', async () => {
    const { partnerId } = await spec.register();
    expect(ids(await list({ verified: false }))).toContain(partnerId);
    await spec.call(identity.endRegistration, 'shared', { partnerId }, spec.staff);
    expect(ids(await list({ verified: false }))).not.toContain(partnerId);
    expect(ids(await list({}))).toContain(partnerId);
  });

  it('words are looked for in name and domain, in any order and either case', async () => {
    const { partnerId } = await spec.register({ name: 'Müller & Söhne 100%', domain: 'mueller.example' });
    await spec.register({ name: 'Somebody else' });
    for (const q of ['müller', 'SÖHNE MÜLLER', 'mueller.ex', '100%', 'müller mueller'])
      expect({ q, found: ids(await list({ q })) }).toEqual({ q, found: [partnerId] });
    for (const q of ['muller', 'müller somebody', '100_', '1%0', '\\'])
      expect({ q, found: ids(await list({ q })) }).toEqual({ q, found: [] });
    expect(ids(await list({ q: 'müller', verified: true }))).toEqual([]);
  });

  it('words are found however their accents are written, in the name as in the question', async () => {
    const composed = await spec.register({ name: 'Crêperie Zoé'.normalize('NFC') });
    const apart = await spec.register({ name: 'Crêperie Zoé'.normalize('NFD') });
    for (const form of ['NFC', 'NFD']) {
      const found = ids(await list({ q: 'crêperie zoé'.normalize(form) }));
      expect({ form, found }).toEqual({ form, found: [apart.partnerId, composed.partnerId] });
    }
  });
});
