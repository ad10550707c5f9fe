import fs from 'node:fs';
import type { PlanId, subscriptions } from '#libs/contracts';
import { SystemClock, type Clock } from '#libs/clock';
import type { SlipwayError } from '#libs/errors';
import { createLogger } from '#libs/observability';
import { anId, costlyStep, costlyText, ManualClock, until } from '#libs/testing';
import { subscriptionsConfig } from '../config';
import { FormChecks } from './form-checks';

const text = { id: 'text', title: 'Text', schema: { properties: { text: { type: 'string', pattern: '^a*$' } } } };
const good = { text: { text: 'aaa' } };
const tooCostly = 'subscriptions.answers_too_costly';
const notChecked = [{ pointer: '/answers', detail: 'These answers could not be checked against the form.' }];

const aForm = (...steps: subscriptions.FormStep[]): [PlanId, subscriptions.Form] => [
  anId() as PlanId,
  { version: 1, steps },
];
const repeated = (rule: object) => Array.from({ length: 20 }, () => rule);
const costly = aForm(costlyStep);
const easy = aForm(text);
const attack = { costly: { text: costlyText } };

describe('checking forms', () => {
  const logger = createLogger('subscriptions', 'fatal');
  const warned = jest.spyOn(logger, 'warn');
  const expectWarning = (why: string) =>
    expect(warned).toHaveBeenLastCalledWith(expect.objectContaining({ why }), expect.any(String));

  const opened: FormChecks[] = [];
  const open = (settings: Record<string, string> = {}, clock: Clock = new SystemClock()) => {
    const config = subscriptionsConfig.schema.parse({
      SLIPWAY_SERVICE_KEY: '0'.repeat(64),
      SLIPWAY_NATS: 'nats://localhost:4222',
      SLIPWAY_DATABASE: 'postgres://localhost/none',
      ...settings,
    });
    const checks = new FormChecks(config, clock, logger);
    opened.push(checks);
    return checks;
  };
  afterEach(() => Promise.all(opened.splice(0).map((checks) => checks.beforeApplicationShutdown())));

  const by = (of: string, timeMs = 60_000) => ({ of, deadline: performance.now() + timeMs });

  it('tells what is wrong, of each form for itself', async () => {
    const checks = open();
    expect(await checks.faultsOf(...easy, good, by('a'))).toEqual([]);
    expect(await checks.faultsOf(...easy, { text: { text: 'b' } }, by('a'))).toMatchObject([
      { pointer: '/answers/text/text' },
    ]);
    expect(await checks.faultsOf(...aForm({ ...text, id: 'other' }), good, by('a'))).toMatchObject([
      { pointer: '/answers/text' },
      { pointer: '/answers/other' },
    ]);
  });

  it.each([
    ['a pattern', { type: 'string', pattern: '^a*a*a*a*a*a*b$' }, 'a'.repeat(60_000)],
    ['an address', { type: 'string', allOf: repeated({ format: 'url' }) }, `http://${':'.repeat(60_000)}@`],
    [
      'unique items',
      { allOf: repeated({ uniqueItems: true, maxItems: 9_000 }) },
      [[0], ...Array.from({ length: 8_999 }, (_, index) => [index])],
    ],
    [
      'too many unique items',
      { allOf: repeated({ uniqueItems: true, maxItems: 10 }) },
      Array<number[]>(20_000).fill([]),
    ],
  ])('has time for %s that was made to take it all', async (_what, schema, value) => {
    const checks = open({ SLIPWAY_FORM_CHECK_MS: '5000' });
    const form = aForm({ id: 'slow', title: 'Slow', schema: { properties: { value: schema } } });
    const faults = await checks.faultsOf(...form, { slow: { value } }, by('attacker'));
    expect(faults[0]).toMatchObject({ pointer: '/answers/slow/value' });
  });

  it('gives up what takes too long, and goes on with what others wait for', async () => {
    const checks = open({ SLIPWAY_FORM_CHECK_MS: '300' });
    // It needs little memory, and would be done after seconds.
    const named = Array.from({ length: 1_500 }, (_, index) => ({ patternProperties: { [`^a${index}`]: {} } }));
    const slow = aForm({ id: 'slow', title: 'Slow', schema: { unevaluatedProperties: false, allOf: named } });
    const names = Object.fromEntries(Array.from({ length: 6_000 }, (_, index) => [`b${index}`, 1]));
    const attacked = checks.faultsOf(...slow, { slow: names }, by('attacker'));
    const other = checks.faultsOf(...easy, good, by('other'));
    expect(await attacked).toEqual(notChecked);
    expect(await other).toEqual([]);
    expectWarning('out of time');
  });

  it('leaves the process to its work meanwhile', async () => {
    const checks = open();
    const attacked = checks.faultsOf(...costly, attack, by('attacker'));
    let isOver = false;
    void attacked.then(() => (isOver = true));
    // Each is a turn of the event loop; there are none while something runs in this thread.
    let turns = 0;
    await until('the attack to be over', () => {
      turns += 1;
      return Promise.resolve(isOver);
    });
    expect(turns).toBeGreaterThan(5);
  });

  it('gives up what takes too much memory, and goes on', async () => {
    const checks = open({ SLIPWAY_FORM_CHECK_MS: '5000', SLIPWAY_FORM_CHECK_MEMORY_MB: '48' });
    const many = { items: { allOf: Array.from({ length: 1_200 }, () => ({ type: 'string' })) } };
    const greedy = aForm({ id: 'greedy', title: 'Greedy', schema: { properties: { list: many } } });
    const answers = { greedy: { list: Array<number>(30_000).fill(1) } };
    expect(await checks.faultsOf(...greedy, answers, by('attacker'))).toEqual(notChecked);
    expectWarning('out of memory');
    expect(await checks.faultsOf(...easy, good, by('other'))).toEqual([]);
  });

  it('does not take for too greedy what comes last into a memory that others have filled', async () => {
    const checks = open({ SLIPWAY_FORM_CHECK_MS: '5000', SLIPWAY_FORM_CHECK_MEMORY_MB: '40' });
    const pattern = (index: number) => `^a{0,40}${index}b{0,40}$`;
    const properties = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`f${index}`, { type: 'string', pattern: pattern(index) }]),
    );
    const large = { id: 'large', title: 'Large', schema: { properties } };
    // Compiled, two of them fit.
    for (let count = 0; count < 5; count += 1)
      expect(await checks.faultsOf(...aForm(large), { large: {} }, by('a'))).toEqual([]);
  });

  it('cannot check against a form that does not compile any more', async () => {
    const checks = open();
    const schema = { properties: { text: { type: 'string', pattern: '(?=a)' } } };
    expect(await checks.faultsOf(...aForm({ ...text, schema }), good, by('a'))).toEqual(notChecked);
    expect(await checks.faultsOf(...easy, good, by('a'))).toEqual([]);
  });

  it('gives a thread that the machine does not let run four times as long', async () => {
    const checks = open({ SLIPWAY_FORM_CHECK_MS: '300' });
    await checks.faultsOf(...costly, {}, by('a'));
    const read = fs.readFileSync;
    // The system says of every thread that it has had nothing of a core so far.
    const spied = jest
      .spyOn(fs, 'readFileSync')
      .mockImplementation((path, ...rest) =>
        /schedstat$/.test(String(path)) ? '0 0 0' : (read as (...given: unknown[]) => string)(path, ...rest),
      );
    try {
      const begun = performance.now();
      expect(await checks.faultsOf(...costly, attack, by('a'))).toEqual(notChecked);
      expect(performance.now() - begun).toBeGreaterThanOrEqual(4 * 300 - 5);
    } finally {
      spied.mockRestore();
    }
  });

  describe('while one partner has many', () => {
    it('refuses it more than a few places, and lets others have theirs', async () => {
      const checks = open({ SLIPWAY_FORM_CHECK_MS: '300' });
      const order: string[] = [];
      const noted = (name: string) => (): void => void order.push(name);
      const attacks = Array.from({ length: 16 }, () => checks.faultsOf(...costly, attack, by('attacker')));
      const settled = Promise.allSettled(attacks.map((one) => one.finally(noted('attack'))));
      await checks.faultsOf(...easy, good, by('other')).then(noted('other'));
      const results = await settled;
      const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
      const codes = [...Array<string>(11).fill('unavailable'), ...Array<string>(4).fill(tooCostly)];
      expect(refused.map((error) => (error as SlipwayError).code).sort()).toEqual(codes.sort());
      // After those that found no place, the one that was running, and at most one that waited.
      expect(order.indexOf('other')).toBeLessThanOrEqual(13);
    });

    it('makes nobody wait again for a form that took too much', async () => {
      const checks = open({ SLIPWAY_FORM_CHECK_MS: '300' });
      expect(await checks.faultsOf(...costly, attack, by('attacker'))).toEqual(notChecked);
      const order: string[] = [];
      const attacks = ['another', 'a third', 'a fourth'].map((of) =>
        checks.faultsOf(...costly, attack, by(of)).finally(() => order.push('attack')),
      );
      for (let time = 0; time < 3; time += 1) {
        expect(await checks.faultsOf(...easy, good, by('other'))).toEqual([]);
        order.push('other');
      }
      expect(await Promise.all(attacks)).toEqual([notChecked, notChecked, notChecked]);
      expect(order.lastIndexOf('other')).toBeLessThan(order.lastIndexOf('attack'));
      expect(order.indexOf('other')).toBe(0);
    });
  });

  describe('of one whose answers took too much', () => {
    const clock = new ManualClock();
    const refusalOf = (checks: FormChecks, of: string) => {
      try {
        return void checks.requireAllowed(of);
      } catch (error) {
        return error;
      }
    };
    const attackOnceMore = async (checks: FormChecks) => {
      expect(
        await checks.faultsOf(...costly, attack, { of: 'attacker', deadline: clock.monotonic() + 60_000 }),
      ).toEqual(notChecked);
      const refusal = refusalOf(checks, 'attacker') as SlipwayError;
      expect(refusal).toMatchObject({ code: tooCostly, retryAfterSeconds: expect.any(Number) as number });
      return refusal.retryAfterSeconds ?? 0;
    };

    it('looks at no others for a while, and twice as long each time', async () => {
      const checks = open({ SLIPWAY_FORM_CHECK_MS: '50' }, clock);
      const waits: number[] = [];
      while (waits.at(-1) !== 60) {
        const wait = await attackOnceMore(checks);
        waits.push(wait);
        clock.advance((wait - 1) * 1_000);
        expect(refusalOf(checks, 'attacker')).toMatchObject({ retryAfterSeconds: 1 });
        clock.advance(1_000);
        expect(refusalOf(checks, 'attacker')).toBeUndefined();
      }
      expect(waits).toEqual([2, 4, 8, 16, 32, 60]);
      expect(await attackOnceMore(checks)).toBe(60);
      clock.advance(60_000 + 600_000);
      expect(await attackOnceMore(checks)).toBe(2);
    });

    it('makes nobody else wait, and refuses it what it sends to another form', async () => {
      const checks = open({ SLIPWAY_FORM_CHECK_MS: '300' }, clock);
      await attackOnceMore(checks);
      expect(refusalOf(checks, 'other')).toBeUndefined();
      const turn = { deadline: clock.monotonic() + 60_000 };
      await expect(checks.faultsOf(...easy, good, { of: 'attacker', ...turn })).rejects.toMatchObject({
        code: tooCostly,
      });
      expect(await checks.faultsOf(...costly, {}, { of: 'other', ...turn })).toMatchObject([
        { pointer: '/answers/costly' },
      ]);
    });
  });

  describe('while too many wait', () => {
    it('refuses the next', async () => {
      const checks = open({ SLIPWAY_FORM_CHECK_MS: '300', SLIPWAY_FORM_CHECK_QUEUE: '2' });
      const running = ['a', 'b', 'c'].map((of) => checks.faultsOf(...costly, attack, by(of)));
      await expect(checks.faultsOf(...easy, good, by('d'))).rejects.toMatchObject({ code: 'unavailable' });
      expect(await Promise.all(running)).toEqual([notChecked, notChecked, notChecked]);
    });
  });

  it('does not begin what nobody waits for any more', async () => {
    const checks = open({ SLIPWAY_FORM_CHECK_MS: '300' });
    const running = checks.faultsOf(...costly, attack, by('a'));
    await expect(checks.faultsOf(...easy, good, by('b', 1))).rejects.toMatchObject({ code: 'unavailable' });
    expect(await running).toEqual(notChecked);
  });

  it('ends at once, and tells who waits', async () => {
    const checks = open({ SLIPWAY_FORM_CHECK_MS: '5000' });
    await checks.faultsOf(...costly, {}, by('a'));
    const both = [costly, easy].map(([planId, form]) => checks.faultsOf(planId, form, attack, by('a')));
    const refusals = Promise.allSettled(both);
    // The thread is there, so the first is under way in the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    let areSettled = false;
    void refusals.then(() => (areSettled = true));
    await checks.beforeApplicationShutdown();
    // Well before the time that the check may take.
    await until('those who wait to be refused', () => Promise.resolve(areSettled), 2_500);
    const unavailable = { status: 'rejected', reason: expect.objectContaining({ code: 'unavailable' }) };
    expect(await refusals).toEqual([unavailable, unavailable]);
    await expect(checks.faultsOf(...easy, good, by('a'))).rejects.toMatchObject({ code: 'unavailable' });
  });

  describe('a form that is to be put in force', () => {
    it('is refused with what is wrong, where it stands', async () => {
      const schema = { properties: { text: { pattern: '(?=a)' } } };
      await expect(
        open().requireUsable([text, { ...text, id: 'b', schema }], '/steps', by('staff')),
      ).rejects.toMatchObject({
        code: 'invalid_request',
        fields: [{ pointer: '/steps/1/schema', detail: expect.stringContaining('(?=a)') }],
      });
    });

    it('is refused when it takes too long to compile', async () => {
      const checks = open({ SLIPWAY_FORM_CHECK_MS: '50' });
      const properties = Object.fromEntries(
        Array.from({ length: 300 }, (_, index) => [
          `f${index}`,
          { type: 'string', pattern: `^a{0,1000}b{0,${index}}$` },
        ]),
      );
      const steps = Array.from({ length: 20 }, (_, index) => ({ ...text, id: `s${index}`, schema: { properties } }));
      await expect(checks.requireUsable(steps, '/steps', by('staff'))).rejects.toMatchObject({
        code: 'invalid_request',
        fields: [{ pointer: '/steps', detail: 'This form takes too much to be checked.' }],
      });
    });
  });
});
