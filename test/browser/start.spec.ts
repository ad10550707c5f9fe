import type { Browser } from 'playwright-core';
import { Scenario, sharedSystem } from '#libs/testing';
import { startBrowser } from './support/browser';
import { Visitor } from './support/visitor';

const scenario = new Scenario(sharedSystem());
let browser: Browser;
let visitor: Visitor;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  visitor = await Visitor.arrive(browser, scenario.system.gatewayUrl);
  await visitor.open('/sign-in');
});
afterEach(() => visitor.leave());

const step = (name: string) => visitor.page.getByRole('listitem').filter({ hasText: name });

describe('getting started', () => {
  it('B31, B62: shows the next step, and each as it happens; a token and a first call are made from the page', async () => {
    const { sandbox } = await scenario.readyPartner();
    await visitor.signIn(sandbox);
    await visitor.link('Getting started').click();
    await visitor.sees('1 of 6 done');
    expect(await step('Make a sandbox key').getAttribute('aria-current')).toBe('step');
    await visitor.lookOver('start');

    const { id: planId } = await scenario.plan();
    const { id: subscriptionId } = await scenario.subscribe(sandbox, planId);
    await scenario.createKey(sandbox, subscriptionId, 'laptop');
    // Nothing is loaded again by hand.
    await visitor.sees('2 of 6 done');
    await visitor.sees('Waiting for your first call…');
    await visitor.lookOver('start-waiting');
    await visitor.press('Get a token and call');
    await visitor.sees('4 of 6 done');
    await step('Make your first call')
      .getByText(/request [0-9a-f]{32}/)
      .waitFor();
    expect(await step('Receive a webhook').getAttribute('aria-current')).toBe('step');
    await visitor.lookOver('start-called');
  });

  it('B62: is the same in both accounts; what is done in the other one says so', async () => {
    const { primary, sandbox } = await scenario.readyPartner();
    const { id: planId } = await scenario.plan();
    const { id: subscriptionId } = await scenario.subscribe(sandbox, planId);
    await scenario.createKey(sandbox, subscriptionId);
    await visitor.signIn(primary);
    await visitor.open('/production/start');
    await visitor.sees('2 of 6 done');
    await visitor.sees('This is done in the sandbox account.');
  });
});

describe('what happens while a page is open', () => {
  it('B45, B52: a decision appears where it stands, in both accounts, and production opens', async () => {
    const { primary, sandbox, subscriptionId } = await scenario.integrating();
    const { submissionId } = await scenario.submit(sandbox, subscriptionId);
    await visitor.signIn(sandbox);
    await visitor.open(`/sandbox/subscriptions/${subscriptionId}`);
    await visitor.page.getByRole('region', { name: 'In review' }).waitFor();
    const other = await visitor.newTab();
    await other.open('/sign-in');
    await other.signIn(primary);
    await other.open(`/production/subscriptions/${subscriptionId}`);
    await other.page.getByRole('region', { name: 'In review' }).waitFor();

    await scenario.decide(submissionId, 'approval', { notes: 'Welcome aboard.' });
    for (const { page } of [visitor, other])
      await page.getByRole('region', { name: 'Approved' }).getByText('Welcome aboard.').waitFor();
    await other.button('Create production key').waitFor();
    await other.leave();
  });

  it('where the stream is gone it says so, and shows what happens all the same', async () => {
    const { sandbox, subscriptionId } = await scenario.integrating();
    await visitor.page.route('**/v1/notifications/stream', (route) => route.abort());
    visitor.expectFailedLoad();
    await visitor.signIn(sandbox);
    await visitor.open(`/sandbox/subscriptions/${subscriptionId}`);
    await visitor.page.getByText('Live updates paused').waitFor({ timeout: 30_000 });
    await scenario.createKey(sandbox, subscriptionId, 'another');
    await visitor.page.getByRole('region', { name: 'Key another' }).waitFor({ timeout: 30_000 });
    await visitor.page.unroute('**/v1/notifications/stream');
    await visitor.page.getByText('Live updates paused').waitFor({ state: 'detached', timeout: 30_000 });
  });
});
