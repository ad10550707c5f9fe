import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Api, expectStatus, until } from '#libs/testing';
import { textOf } from '../support/checkout';
import { OwnInstallation } from '../support/npm-start';

/** The line of the screen that is about the administrator. */
const adminLine = (screen: string) => /^ +admin@slipway\.example +(.*)$/m.exec(screen)?.[1] ?? '';

/** A second, and what a machine that is busy with other tests takes besides. */
const stopMsMax = 5_000;

describe('somebody who starts Slipway for the first time', () => {
  jest.setTimeout(240_000);
  let installation: OwnInstallation;

  beforeAll(async () => {
    installation = await OwnInstallation.make();
  });
  afterAll(() => installation.remove(), 60_000);

  const signIn = (password: string) =>
    installation.admin.post('/v1/sessions', { body: { email: 'admin@slipway.example', password } });

  it('is told of everything that is wrong with all settings at once, with what each must be, and nothing starts', async () => {
    const { output, ended } = installation.start({
      SLIPWAY_GATEWAY_PORT: '70000',
      SLIPWAY_ADMIN_URL: 'staff.example',
      SLIPWAY_ADMIN_PASSWORD: 'short',
      SLIPWAY_MASTER_KEY: 'short',
      SLIPWAY_DEMO: 'perhaps',
      DATABASE_URL: 'mysql://root:hidden@localhost/slipway',
      SLIPWAY_NATS_CA: '/nowhere/ca.pem',
      SLIPWAY_ADMIN_EMAIL: 'admin',
      SLIPWAY_KEY_LIMIT: '0',
      SLIPWAY_TOKEN_SECONDS: 'an hour',
      SLIPWAY_EGRESS_ALLOW: '10/8',
      SLIPWAY_FORM_CHECK_MS: '1',
      SLIPWAY_LOG_LEVEL: 'loud',
      SLIPWAY_REQUEST_SECONDS: '0',
    });
    expect(await ended).toBe(1);
    const shown = output()
      .split('\n')
      .filter((line) => /^(SLIPWAY_|DATABASE_)/.test(line));
    expect(shown.map((line) => line.split(' ')[0]).sort()).toEqual(
      [
        'DATABASE_URL',
        'SLIPWAY_ADMIN_EMAIL',
        'SLIPWAY_ADMIN_PASSWORD',
        'SLIPWAY_ADMIN_URL',
        'SLIPWAY_DEMO',
        'SLIPWAY_EGRESS_ALLOW',
        'SLIPWAY_FORM_CHECK_MS',
        'SLIPWAY_GATEWAY_PORT',
        'SLIPWAY_KEY_LIMIT',
        'SLIPWAY_LOG_LEVEL',
        'SLIPWAY_MASTER_KEY',
        'SLIPWAY_NATS_CA',
        'SLIPWAY_REQUEST_SECONDS',
        'SLIPWAY_TOKEN_SECONDS',
      ].sort(),
    );
    expect(shown.filter((line) => !/ must (be|have) /.test(line))).toEqual([]);
    expect(output()).not.toContain('hidden');
    expect(output()).not.toMatch(/Starting|\n\s+at /);
    expect(existsSync(installation.dataDir)).toBe(false);
  });

  it('is told that the password for the first administrator would be guessed, before there is one', async () => {
    const { output, ended } = installation.start({ SLIPWAY_ADMIN_PASSWORD: 'aaaaaaaaaaaa' });
    expect(await ended).toBe(1);
    expect(output()).toMatch(/^SLIPWAY_ADMIN_PASSWORD must be one that would not soon be guessed: /m);
    expect(output()).not.toMatch(/Starting|aaaaaaaaaaaa/);
    expect(existsSync(installation.dataDir)).toBe(false);
  });

  it('can stop it while the demo data are made: the edges go first, and no request is waited for', async () => {
    const { npm, output, ended } = installation.start();
    // Ready, so that the story of the demo data has begun; its marker is written at its end.
    await until('the edges to be ready', () => isReady(), 120_000);
    const beganAt = Date.now();
    if (npm.pid) process.kill(-npm.pid, 'SIGINT');
    await ended;
    expect({ ms: Date.now() - beganAt, output: output() }).toMatchObject({ ms: expect.any(Number) as number });
    expect(Date.now() - beganAt).toBeLessThan(stopMsMax);
  });

  it('finds a way to everything at / of both edges', async () => {
    const screen = await installation.startAndRead();
    expect(adminLine(screen)).toMatch(/^[\w-]{20}$/);
    for (const url of [installation.gatewayUrl, installation.adminUrl]) {
      const reply = await fetch(url, { headers: { accept: 'text/html' } });
      expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
      const links = [...(await reply.text()).matchAll(/(?:href|src)="([^"]+)"/g)].map(([, href = '']) => href);
      expect(links).not.toEqual([]);
      for (const href of [...links, '/docs', '/v1/openapi.json', '/healthz'])
        expect([href, (await fetch(`${url}${href}`)).status]).toEqual([href, 200]);
    }
    expect(screen).toContain(`${installation.gatewayUrl}/docs`);
  });

  it('plays the story of the README, and npm run demo, twice in a row with nothing set', async () => {
    const story = /^## The story, with curl$[^]*?^```sh$([^]*?)^```$/m.exec(textOf('README.md'))?.[1] ?? 'false';
    const here = story
      .replace('http://localhost:8080', installation.gatewayUrl)
      .replace('http://localhost:8081', installation.adminUrl)
      .replace('.slipway/', `${installation.dataDir}/`);
    for (let time = 1; time <= 2; time += 1) {
      const shown = await installation.run(here);
      expect(shown.output).not.toContain('urn:slipway:error');
      expect(shown.output).toMatch(/"environment":"production"[^]*$/);
      const demo = await installation.run('npm run demo');
      expect(demo).toEqual({ code: 0, output: expect.stringContaining('From sandbox to production.') as string });
    }
  });

  it('is shown no password that has been changed, and has a new one made, while Slipway runs', async () => {
    const { password } = await shownAdmin();
    const session = expectStatus(await signIn(password), 201).body.accessToken;
    const chosen = 'my own long password';
    expectStatus(
      await installation.admin.put('/v1/me/password', { session, body: { current: password, new: chosen } }),
      200,
    );
    const demo = await installation.run('npm run demo');
    expect(demo).toMatchObject({ code: 1, output: expect.stringContaining('npm run admin:reset') as string });

    await installation.stop();
    // As a setting, too, it would be shown: in the command that plays the story.
    const screen = await installation.startAndRead({ SLIPWAY_ADMIN_PASSWORD: password });
    expect(screen).not.toContain(password);
    expect(adminLine(screen)).toBe('(the password has been changed)');
    expect(screen).toMatch(/^ +SLIPWAY_DATA_DIR=\S+ npm run admin:reset$/m);

    const own = expectStatus(await signIn(chosen), 201).body.accessToken;
    const reset = await installation.run('npm run --silent admin:reset');
    expect(reset.code).toBe(0);
    const given = /^admin@slipway\.example +(\S+)$/m.exec(reset.output)?.[1] ?? '';
    expectStatus(await signIn(chosen), 401);
    expectStatus(await installation.admin.get('/v1/products', { session: own }), 401);
    expectStatus(await signIn(given), 201);
    expect(await installation.run('npm run demo')).toEqual({ code: 0, output: expect.any(String) as string });
  });

  it('has a new one made while it does not run, and is told what to do first where there are no demo data', async () => {
    await installation.stop();
    const reset = await installation.run('npm run --silent admin:reset');
    const given = /^admin@slipway\.example +(\S+)$/m.exec(reset.output)?.[1] ?? '';
    expect({ code: reset.code, given }).toEqual({ code: 0, given: expect.stringMatching(/^[\w-]{20}$/) as string });
    expect(existsSync(join(installation.dataDir, 'run', 'system.pid'))).toBe(false);
    const nobody = await installation.run('npm run --silent admin:reset -- nobody@slipway.example');
    expect(nobody.output.trim()).toBe(
      'No administrator has the e-mail address nobody@slipway.example; there are admin@slipway.example.',
    );

    const screen = await installation.startAndRead({ SLIPWAY_DEMO: '0' });
    expect(screen).toMatch(/What to do first:\n +1\. Sign in as staff[^]*second factor[^]*Make a product and a plan/);
    expect(screen).toContain('npm run admin:reset');
    expect(screen).not.toContain(given);
    expect(adminLine(screen)).toBe(`the password is in ${join(installation.dataDir, 'admin-password')}`);
    expect(expectStatus(await signIn(given), 201).body.secondFactor).toBe('enrol');
  });

  async function isReady(): Promise<boolean> {
    const replies = [installation.gatewayUrl, installation.adminUrl].map((url) =>
      new Api(url).get('/readyz').then(({ status }) => status === 200),
    );
    return (await Promise.all(replies.map((reply) => reply.catch(() => false)))).every(Boolean);
  }

  /** As the file has it that the first start has written. */
  async function shownAdmin(): Promise<{ password: string }> {
    const { output } = await installation.run('cat "$SLIPWAY_DATA_DIR/admin-password"');
    return { password: output.trim() };
  }
});
