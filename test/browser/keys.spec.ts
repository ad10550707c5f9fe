import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { expectStatus, Scenario, sharedSystem, until } from '#libs/testing';
import { startBrowser } from './support/browser';
import { Visitor } from './support/visitor';

const scenario = new Scenario(sharedSystem());
const run = promisify(execFile);
let browser: Browser;
let visitor: Visitor;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  visitor = await Visitor.arrive(browser, scenario.system.gatewayUrl);
  await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await visitor.open('/sign-in');
});
afterEach(() => visitor.leave());

const dialog = (name: string) => visitor.page.getByRole('dialog', { name });
const warning = (name: string) => visitor.page.getByRole('alertdialog', { name });
const keyNamed = (name: string) => visitor.page.getByRole('region', { name: `Key ${name}` });
const clipboard = () => visitor.page.evaluate<string>('navigator.clipboard.readText()');
const token = (applicationId: string, applicationSecret: string) =>
  scenario.token({ applicationId, applicationSecret }, 'sandbox');

/** Makes one on the page that is open, and saves its secret. */
async function makeKey(name: string): Promise<{ applicationId: string; applicationSecret: string }> {
  await visitor.press('Create sandbox key');
  await visitor.fill({ 'Name of the key': name });
  await visitor.press('Create sandbox key');
  return save();
}

async function save() {
  const shown = dialog('Save this secret now');
  await shown.waitFor();
  await shown.getByRole('button', { name: 'Copy secret' }).click();
  const applicationSecret = await until('the secret to be copied', async () => {
    const copied = await clipboard();
    return copied.startsWith('slpsk_') && copied;
  });
  const applicationId = await shown.locator('dd code').first().innerText();
  await shown.getByRole('button', { name: 'Done' }).click();
  await shown.waitFor({ state: 'detached' });
  return { applicationId, applicationSecret };
}

async function atSubscription() {
  const ready = await scenario.readyPartner();
  const { id: planId } = await scenario.plan();
  const { id: subscriptionId } = await scenario.subscribe(ready.sandbox, planId);
  await visitor.signIn(ready.sandbox);
  await visitor.open(`/sandbox/subscriptions/${subscriptionId}`);
  await visitor.sees('No sandbox keys yet');
  return { ...ready, subscriptionId };
}

describe('a key', () => {
  it('B13, B14: is made on the page of its subscription; its secret is shown once, with all that a program needs', async () => {
    await atSubscription();
    await visitor.lookOver('credentials-empty');
    await visitor.press('Create sandbox key');
    await visitor.press('Create sandbox key');
    await visitor.sees('There is a problem');
    await visitor.fill({ 'Name of the key': 'CI pipeline' });
    await visitor.press('Create sandbox key');
    const shown = dialog('Save this secret now');
    await shown.waitFor();
    expect(await visitor.page.evaluate('document.activeElement.textContent')).toBe('Copy secret');
    await visitor.lookOver('secret-once');
    await shown.getByRole('button', { name: 'Hide' }).click();
    expect(await shown.innerText()).not.toMatch(/slpsk_sbx_\w{20}/);
    await shown.getByRole('button', { name: 'Show' }).click();
    const { applicationId, applicationSecret } = await save();
    expectStatus(await token(applicationId, applicationSecret), 200);
    expect(await visitor.page.content()).not.toContain(applicationSecret);
    await keyNamed('CI pipeline')
      .getByText('Not used yet')
      .or(keyNamed('CI pipeline').getByText(/live token/))
      .first()
      .waitFor();
    await visitor.sees('1 of 3 used');
    await visitor.lookOver('credentials');
    await visitor.open('/sandbox/keys');
    await keyNamed('CI pipeline').waitFor();
    await visitor.lookOver('keys');
  });

  it('B14: whoever leaves without the secret is told what that means, however they leave', async () => {
    await atSubscription();
    await visitor.press('Create sandbox key');
    await visitor.fill({ 'Name of the key': 'laptop' });
    await visitor.press('Create sandbox key');
    const shown = dialog('Save this secret now');
    for (const leave of [
      () => visitor.page.keyboard.press('Escape'),
      () => shown.getByRole('button', { name: 'Done' }).click(),
    ]) {
      await shown.waitFor();
      await leave();
      await dialog('Leave without the secret?').waitFor();
      expect(await visitor.page.evaluate('document.activeElement.textContent')).toBe('Go back');
      await visitor.press('Go back');
    }
    await shown.getByLabel('I have saved this secret where only my team can read it').check();
    await shown.getByRole('button', { name: 'Done' }).click();
    await shown.waitFor({ state: 'detached' });
  });

  it('B29: what is copied runs as it is: curl, Node and Python', async () => {
    await atSubscription();
    await visitor.press('Create sandbox key');
    await visitor.fill({ 'Name of the key': 'samples' });
    await visitor.press('Create sandbox key');
    const shown = dialog('Save this secret now');
    const folder = mkdtempSync(join(tmpdir(), 'slipway-samples-'));
    try {
      const programs = { curl: 'bash', Node: process.execPath, Python: 'python3' };
      for (const [name, program] of Object.entries(programs)) {
        await shown.getByRole('tab', { name }).click();
        expect(await shown.getByRole('tabpanel').innerText()).not.toMatch(/slpsk_sbx_\w{20}/);
        await shown.getByRole('button', { name: `Copy ${name}` }).click();
        const sample = await until('it to be copied', async () => {
          const copied = await clipboard();
          return copied.includes('whoami') && copied;
        });
        const file = join(folder, 'sample.mjs');
        writeFileSync(file, sample);
        const { stdout } = await run(program, [file]);
        expect(stdout).toMatch(/['"]?environment['"]?: ?['"]sandbox['"]/);
        await visitor.page.evaluate("navigator.clipboard.writeText('nothing')");
      }
      const downloading = visitor.page.waitForEvent('download');
      await shown.getByRole('tab', { name: '.env file' }).click();
      await shown.getByRole('button', { name: 'Download .env' }).click();
      const download = await downloading;
      expect(download.suggestedFilename()).toBe('samples.env');
      expect(readFileSync(await download.path(), 'utf8')).toMatch(/^SLIPWAY_APPLICATION_SECRET=slpsk_sbx_\w+$/m);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    await shown.getByRole('button', { name: 'Done' }).click();
    await shown.waitFor({ state: 'detached' });
  });

  it('B18: is rotated now or later, and says until when the secret before works', async () => {
    await atSubscription();
    const old = await makeKey('server');
    await keyNamed('server').getByRole('button', { name: 'Rotate secret' }).click();
    const opened = warning('Rotate the secret of “server”?');
    await opened.getByText('The old secret stops at once').waitFor();
    await visitor.lookOver('rotate');
    await opened.getByLabel('In 1 hour').check();
    await opened.getByText(/^Both secrets work until .* [A-Z]/).waitFor();
    await opened.getByRole('button', { name: 'Rotate secret' }).click();
    const rotated = await save();
    expect(rotated.applicationId).toBe(old.applicationId);
    for (const { applicationId, applicationSecret } of [old, rotated])
      expectStatus(await token(applicationId, applicationSecret), 200);
    await keyNamed('server').getByText('works until').waitFor();
  });

  it('B17, B20: regenerating says what goes on, and ends it where that is wanted', async () => {
    await atSubscription();
    const old = await makeKey('server');
    const live = expectStatus(await token(old.applicationId, old.applicationSecret), 200).body.access_token;
    await until('the token to be counted', async () => {
      await visitor.page.reload();
      await keyNamed('server').waitFor();
      return (await keyNamed('server').innerText()).includes('1 live token');
    });
    await keyNamed('server').getByRole('button', { name: 'Regenerate key' }).click();
    const opened = warning('Regenerate “server”?');
    await opened.getByText(/^1 token it already has keeps working, until /).waitFor();
    expect(await visitor.page.evaluate('document.activeElement.textContent')).toBe('Cancel');
    await visitor.lookOver('regenerate');
    await opened.getByLabel('End this token now').check();
    await opened.getByRole('button', { name: 'Regenerate key' }).click();
    const renewed = await save();
    expect(renewed.applicationId).not.toBe(old.applicationId);
    expectStatus(await token(old.applicationId, old.applicationSecret), 401);
    await until('the token to be ended', async () => (await scenario.whoami(live, 'sandbox')).status === 401);
  });

  it('B15, B16, B19: there are three places; deleting frees one, and the key gets no token any more', async () => {
    await atSubscription();
    const [first] = [await makeKey('one'), await makeKey('two'), await makeKey('three')];
    await visitor.sees('All 3 Sandbox keys are in use.');
    expect(await visitor.button('Create sandbox key').getAttribute('aria-disabled')).toBe('true');
    await visitor.lookOver('keys-full');
    await keyNamed('one').getByRole('button', { name: 'Delete key' }).click();
    const opened = warning('Delete “one”?');
    await opened.getByText('It frees 1 of 3 places.').waitFor();
    await opened.getByRole('button', { name: 'Cancel' }).click();
    await keyNamed('one').getByRole('button', { name: 'Delete key' }).click();
    await opened.getByRole('button', { name: 'Delete key' }).click();
    await keyNamed('one').waitFor({ state: 'detached' });
    await visitor.sees('2 of 3 used');
    expectStatus(await token(first.applicationId, first.applicationSecret), 401);
  });
});

describe('why there is no key', () => {
  it('B12: API access is off: it says who turns it on, and where', async () => {
    const { sandbox } = await atSubscription();
    await scenario.switchApiAccess(sandbox, false);
    await visitor.page.reload();
    await visitor.sees('API access of this account is off.');
    expect(await visitor.button('Create sandbox key').getAttribute('aria-disabled')).toBe('true');
  });

  it('B34: production is locked until it is approved; then its keys are made in the production account alone', async () => {
    const { primary, sandbox, subscriptionId } = await scenario.inProduction();
    await visitor.signIn(sandbox);
    await visitor.open(`/sandbox/subscriptions/${subscriptionId}`);
    await visitor.sees('Production keys are made and changed in your production account.');
    await visitor.open('/sign-in');
    await visitor.signIn(primary);
    await visitor.open(`/production/subscriptions/${subscriptionId}`);
    await visitor.sees('No production keys yet');
    await visitor.lookOver('credentials-production');
  });
});
