import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import { identity, type Caller } from '#libs/contracts';
import { anybody, anId, until } from '#libs/testing';
import { ada, IdentitySpec, type KnownPartner } from '../spec-support/identity-spec';
import { Passwords } from './passwords';

const common = '123456Qwerty';
const member = { email: 'rosa@provider.example', displayName: 'Rosa', role: 'reviewer' as const };

describe('passwords', () => {
  let spec: IdentitySpec;
  let partner: KnownPartner;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_PASSWORD_QUEUE: '4' });
    partner = await spec.register();
  });
  afterAll(() => spec.close());

  /** Everywhere that a password is set. */
  const places = (password: string): [where: string, pointer: string, set: () => Promise<unknown>][] => {
    const admin = { ...ada, password };
    const claims = { name: 'Contoso', domain: `p-${anId()}.example`, programme: 'csp', type: 'direct_bill', admin };
    const { person } = partner;
    return [
      ['registering', '/admin/password', () => spec.call(identity.registerPartner, 'shared', claims, anybody)],
      [
        'asking for the sandbox',
        '/admin/password',
        () => spec.call(identity.requestSandbox, 'shared', { admin }, person),
      ],
      [
        'adding somebody',
        '/password',
        () => spec.call(identity.addPerson, 'production', { ...admin, username: 'bob', role: 'developer' }, person),
      ],
      [
        'adding staff',
        '/password',
        () => spec.call(identity.createStaff, 'shared', { ...member, password }, spec.staff),
      ],
      [
        'changing staff',
        '/password',
        () => spec.call(identity.updateStaff, 'shared', { staffId: spec.staff.staffId, password }, spec.staff),
      ],
    ];
  };

  it('that many have, or of one character repeated, are refused everywhere, with where they stand and what to do', async () => {
    for (const password of [common, 'aaaaaaaaaaaa'])
      for (const [where, pointer, set] of places(password)) {
        const refusal: unknown = await set().catch((error: unknown) => error);
        const fields = [{ pointer, detail: expect.stringContaining('Choose several words') as string }];
        expect({ where, refusal }).toMatchObject({ where, refusal: { code: 'identity.weak_password', fields } });
      }
  });

  /** Has the only thread of strangers, and that of the known, and lets them go. */
  async function holdingThreads<Result>(work: () => Promise<Result>, held = [false, true]): Promise<Result> {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const hold = (isKnown: boolean) => {
      const waiting = { address: 'holder', deadline: spec.service.clock.monotonic() + 60_000, isKnown };
      return new Promise<void>((resolve) => {
        void spec.service.get(Passwords).inTurn(waiting, () => (resolve(), released));
      });
    };
    await Promise.all(held.map(hold));
    try {
      return await work();
    } finally {
      release();
    }
  }

  const inTransaction = async () => {
    const { rows } = await spec.service.admin.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null`,
    );
    return rows[0]?.count;
  };

  it('are waited for in no transaction', async () => {
    const passwords = spec.service.get(Passwords);
    for (const [, , set] of places('correct horse battery')) {
      const begun = await holdingThreads(async () => {
        const hashing = jest.spyOn(passwords, 'hashChosen');
        const call = set();
        await until('the password to be hashed', () => Promise.resolve(hashing.mock.calls.length > 0));
        expect(await inTransaction()).toBe(0);
        hashing.mockRestore();
        return { call };
      });
      await begun.call;
    }
  });

  it('what comes too late is not computed, and who finds too many waiting is told at once', async () => {
    const passwords = spec.service.get(Passwords);
    const deadline = spec.service.clock.monotonic() + 5_000;
    const compared: string[] = [];
    const compare = (address: string) =>
      passwords.inTurn({ address, deadline }, (matches) => {
        compared.push(address);
        return matches('a password', undefined);
      });
    const { waiting, refused } = await holdingThreads(async () => {
      const waiting = ['a', 'a', 'b', 'c'].map(compare);
      const refused = await Promise.allSettled([compare('d'), compare('a')]);
      spec.service.clock.advance(5_000);
      return { waiting: Promise.allSettled(waiting), refused };
    });
    for (const result of [...refused, ...(await waiting)])
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    expect(compared).toEqual([]);
  });

  it('of one address, half of the places are the most; another’s turn comes before its second', async () => {
    const passwords = spec.service.get(Passwords);
    const deadline = spec.service.clock.monotonic() + 60_000;
    const order: string[] = [];
    const compare = (address: string) =>
      passwords.inTurn({ address, deadline }, () => Promise.resolve(void order.push(address)));
    const { waiting, third } = await holdingThreads(async () => {
      const waiting = ['a', 'a'].map(compare);
      const third = await compare('a').catch((error: unknown) => error);
      return { waiting: Promise.all([...waiting, compare('b')]), third };
    });
    expect(third).toMatchObject({ code: 'unavailable' });
    await waiting;
    expect(order).toEqual(['a', 'b', 'a']);
  });

  it.each([
    ['where they have signed in before', { isKnown: true }],
    ['signed in', { caller: () => partner.person }],
    ['signed in, of the staff', { caller: () => spec.staff }],
  ])(
    'who is known wait for no stranger: %s',
    async (_who, { isKnown, caller }: { isKnown?: boolean; caller?: () => Caller }) => {
      const passwords = spec.service.get(Passwords);
      const deadline = spec.service.clock.monotonic() + 60_000;
      const waiting = { address: 'a', deadline, isKnown, caller: caller?.() };
      await holdingThreads(() => passwords.inTurn(waiting, () => Promise.resolve()), [false]);
      await holdingThreads(() => passwords.inTurn({ address: 'a', deadline }, () => Promise.resolve()), [true]);
    },
  );

  it('of strangers take what a busy machine leaves, in a thread that is nicer', async () => {
    await spec.service
      .get(Passwords)
      .inTurn({ deadline: spec.service.clock.monotonic() + 60_000 }, (matches) => matches('a password', undefined));
    const isLinux = process.platform === 'linux';
    const priorities = isLinux ? readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread))) : [];
    expect(priorities.includes(getPriority() + 5)).toBe(isLinux);
  });
});
