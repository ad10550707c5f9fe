import { identity, type RequestInput } from '#libs/contracts';
import { anybody, aPerson, aStaffMember, pictures } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';

const everything = {
  name: 'Contoso APIs',
  contact: { email: 'partners@contoso.example', url: 'https://contoso.example/help' },
  policy: { text: 'Be kind.\nBe brief.' },
  reviewDays: { from: 1, to: 3 },
  calendar: {
    timeZone: 'Europe/Vienna',
    workingDays: ['monday' as const, 'thursday' as const],
    holidays: [{ date: '2026-12-25', name: 'Christmas' }],
  },
};

describe('what the provider says of itself', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const set = (request: RequestInput<typeof identity.setProvider>) =>
    spec.call(identity.setProvider, 'shared', request, spec.staff);
  const get = () => spec.call(identity.getProvider, 'shared', {}, anybody);
  const policy = (version: string | number) => spec.call(identity.getProviderPolicy, 'shared', { version }, anybody);

  it('is nothing before somebody has said it, and its people work as most do', async () => {
    const unsaid = await IdentitySpec.open();
    expect(await unsaid.call(identity.getProvider, 'shared', {}, anybody)).toEqual({
      name: null,
      contact: { email: null, url: null },
      policy: null,
      reviewDays: null,
      calendar: {
        timeZone: 'UTC',
        workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
        holidays: [],
      },
      logo: null,
    });
    await unsaid.close();
  });

  it('is read by anybody, and replaced as a whole; policy and calendar stay where they are left out', async () => {
    const { policy: text, ...said } = await set(everything);
    expect(said).toMatchObject({
      name: everything.name,
      contact: everything.contact,
      reviewDays: everything.reviewDays,
    });
    expect(await get()).toEqual({ ...said, policy: text });
    const renamed = await set({ name: 'Contoso' });
    expect(renamed).toEqual({
      ...said,
      policy: text,
      name: 'Contoso',
      contact: { email: null, url: null },
      reviewDays: null,
    });
    expect(await get()).toEqual(renamed);
  });

  it('a policy that says something else is a new version; the old ones stay readable', async () => {
    const first = (await set({ name: 'Contoso', policy: { text: 'One.' } })).policy;
    const same = (await set({ name: 'Contoso', policy: { text: 'One.' } })).policy;
    expect(same).toEqual(first);
    const second = (await set({ name: 'Contoso', policy: { text: 'Two.' } })).policy;
    expect(second).toMatchObject({ version: String(Number(first?.version) + 1), text: 'Two.' });
    for (const one of [first, second]) {
      expect(await policy(one?.version ?? '')).toEqual(one);
      // As copies of an edge from before write it.
      expect(await policy(Number(one?.version))).toEqual(one);
    }
    for (const version of ['1000', 1_000, '01', '1.0', 'latest', 'slipway-2', '99999999999'])
      await expect(policy(version)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('B7: a version means the same wherever it stands: what is shown, accepted and recorded is what is read', async () => {
    const fresh = await IdentitySpec.open();
    const read = (version: string) => fresh.call(identity.getProviderPolicy, 'shared', { version }, anybody);
    for (const text of [undefined, 'Test here.']) {
      if (text) await fresh.call(identity.setProvider, 'shared', { name: 'Contoso', policy: { text } }, fresh.staff);
      const person = await fresh.openSandbox(await fresh.register());
      const shown = await fresh.call(identity.getSandboxPolicy, 'shared', {}, person);
      const { policy: own } = await fresh.call(identity.getProvider, 'shared', {}, anybody);
      if (text) expect(own).toMatchObject(shown);
      const acceptance = { acceptPolicy: true as const, policyVersion: shown.version };
      const { policyVersion } = await fresh.call(identity.completeSetup, 'sandbox', acceptance, person);
      expect(policyVersion).toBe(shown.version);
      expect(await read(policyVersion ?? '')).toMatchObject(shown);
    }
    expect(await read('slipway-1')).toMatchObject({ version: 'slipway-1', createdAt: expect.any(String) });
    await fresh.close();
  });

  it('no version is ever changed', async () => {
    await set(everything);
    const change = spec.service.admin.query("update identity.provider_policies set text = 'Otherwise.'");
    await expect(change).rejects.toThrow('append-only');
  });

  it('two at once are two versions, of the provider and of its policy', async () => {
    const results = await spec.atOnce(
      { table: 'provider' },
      ['This.', 'That.'].map((text) => () => set({ name: 'Contoso', policy: { text } })),
    );
    const versions = results.map((result) => result.status === 'fulfilled' && result.value.policy?.version);
    expect(new Set(versions).size).toBe(2);
    expect(versions).not.toContain(false);
    const published = (await spec.service.published(identity.providerChanged)).slice(-2);
    expect(new Set(published.map(({ aggregateversion }) => aggregateversion)).size).toBe(2);
  });

  it('is published, with the version that tells the newest from the others', async () => {
    await set(everything);
    await set({ name: 'Contoso' });
    const events = (await spec.service.published(identity.providerChanged)).slice(-2);
    const { contact, reviewDays } = everything;
    expect(events).toMatchObject([
      { data: { name: 'Contoso APIs', contact, reviewDays, policyVersion: expect.any(Number) } },
      { data: { name: 'Contoso', contact: { email: null, url: null }, reviewDays: null } },
    ]);
    const [before, after] = events.map(({ aggregateversion }) => aggregateversion);
    expect(after).toBeGreaterThan(before ?? Infinity);
  });

  it.each([
    [
      'a time zone that there is not',
      { calendar: { ...everything.calendar, timeZone: 'Mars/Olympus' } },
      '/calendar/timeZone',
    ],
    [
      'an offset, which knows no summer',
      { calendar: { ...everything.calendar, timeZone: '+01:00' } },
      '/calendar/timeZone',
    ],
    [
      'a day that there is not',
      { calendar: { ...everything.calendar, holidays: [{ date: '2026-02-30', name: 'None' }] } },
      '/calendar/holidays/0/date',
    ],
    ['no working day', { calendar: { ...everything.calendar, workingDays: [] } }, '/calendar/workingDays'],
    ['a shortest time beyond the longest', { reviewDays: { from: 3, to: 2 } }, '/reviewDays/to'],
    ['an address that is no page', { contact: { url: 'javascript:alert(1)' } }, '/contact/url'],
  ])('%s is refused', async (_what, change, pointer) => {
    await expect(set({ ...everything, ...change } as never)).rejects.toMatchObject({
      code: 'invalid_request',
      fields: [{ pointer }],
    });
  });

  it('by others than an admin is refused', async () => {
    for (const caller of [aStaffMember('reviewer'), aPerson('production'), anybody])
      for (const [method, request] of [
        [identity.setProvider, { name: 'Mine' }],
        [identity.setProviderLogo, { data: pictures.png.toString('base64') }],
        [identity.removeProviderLogo, {}],
      ] as const)
        await expect(spec.service.call(method, 'shared', request, caller)).rejects.toMatchObject({
          code: caller.kind === 'anonymous' ? 'not_signed_in' : 'forbidden',
        });
  });
});
