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

const progress = () => visitor.page.getByRole('list', { name: 'Progress to production' }).getByRole('listitem');

describe('the catalogue', () => {
  it('B32, B33: a plan says how it reaches production; a subscription to one with a sandbox begins there', async () => {
    const { sandbox } = await scenario.readyPartner();
    const product = await scenario.product();
    await scenario.plan(
      { name: 'Growth', price: { amountMinor: 4900, currency: 'EUR', interval: 'month' } },
      product.id,
    );
    await scenario.plan({ name: 'Direct', sandbox: false }, product.id);
    await visitor.signIn(sandbox);
    await visitor.sees('You are not subscribed to anything yet.');
    await visitor.lookOver('subscriptions-empty');
    await visitor.link('Browse catalogue').click();
    await visitor.seesHeading('Catalogue');
    await visitor.open(`/sandbox/catalogue/${product.id}`);
    await visitor.seesHeading(product.name);
    await visitor.sees('€49.00 a month');
    await visitor.sees('Goes straight to production.');
    await visitor.lookOver('product');
    await visitor.fill({ 'Name of your integration': 'Orders' });
    await visitor.press('Subscribe to Growth');
    await visitor.seesHeading(/^Orders/);
    expect(await progress().allInnerTexts()).toEqual([
      expect.stringContaining('current step'),
      expect.stringContaining('not yet'),
      expect.stringContaining('not yet'),
    ]);
    await visitor.lookOver('subscription-sandbox');
    await visitor.link('Subscriptions').first().click();
    await visitor.link('Orders').waitFor();
    await visitor.lookOver('subscriptions');
  });

  it('says of what is not there what it says of another’s', async () => {
    const { primary } = await scenario.register();
    await visitor.signIn(primary);
    visitor.expectRefusal(404);
    await visitor.open('/production/subscriptions/0190a0a0-0000-7000-8000-000000000000');
    await visitor.sees('There is nothing here, or it belongs to somebody else.');
    await visitor.lookOver('missing');
  });

  it('tells what did not load, and loads it when it is told to', async () => {
    const { primary } = await scenario.register();
    await visitor.signIn(primary);
    await visitor.seesHeading('Subscriptions');
    visitor.expectRefusal(500);
    const broken = { code: 'internal', status: 500, detail: 'Something failed.', traceId: '8f2c' };
    await visitor.page.route('**/v1/products', (route) => route.fulfill({ status: 500, json: broken }));
    await visitor.link('Catalogue').click();
    await visitor.sees('8f2c');
    await visitor.lookOver('catalogue-failed');
    await visitor.page.unroute('**/v1/products');
    await visitor.press('Try again');
    await visitor.page.getByRole('heading', { level: 2 }).first().waitFor();
    expect(await visitor.page.getByText('8f2c').count()).toBe(0);
  });
});

describe('a subscription', () => {
  it('B38, B39, B40: what reviewers decide stands there, in their words, with who and when', async () => {
    const { sandbox, subscriptionId } = await scenario.integrating();
    const { submissionId } = await scenario.submit(sandbox, subscriptionId);
    await visitor.signIn(sandbox);
    await visitor.open(`/sandbox/subscriptions/${subscriptionId}`);
    await visitor.page.getByRole('region', { name: 'In review' }).waitFor();
    expect(await progress().nth(1).getAttribute('aria-current')).toBe('step');
    await visitor.lookOver('subscription-in-review');

    const notes = 'Retries look right, but name who is on call.';
    await scenario.decide(submissionId, 'change-request', { notes });
    await visitor.page.reload();
    await visitor.page.getByRole('region', { name: 'Changes requested' }).getByText(notes).waitFor();
    expect(await progress().nth(1).innerText()).toContain('changes requested');
    await visitor.sees('One thing is missing. This card opens by itself when it is done.');
    await visitor.lookOver('subscription-changes-requested');
  });

  it('B36, B37, B42: is submitted once there is a key, and withdrawn until somebody has decided', async () => {
    const { sandbox } = await scenario.readyPartner();
    const { id: planId } = await scenario.plan();
    const { id: subscriptionId } = await scenario.subscribe(sandbox, planId);
    await visitor.signIn(sandbox);
    await visitor.open(`/sandbox/subscriptions/${subscriptionId}`);
    await visitor.sees('Make a sandbox key of this subscription first');
    expect(await visitor.button('Submit for review').getAttribute('aria-disabled')).toBe('true');
    await scenario.createKey(sandbox, subscriptionId);
    await visitor.page.getByText('Make a sandbox key of this subscription first').waitFor({ state: 'detached' });
    await visitor.press('Submit for review');
    const submitting = visitor.page.getByRole('alertdialog', { name: 'Submit for review?' });
    await visitor.lookOver('submit');
    await submitting.getByRole('button', { name: 'Submit for review' }).click();
    await visitor.page.getByRole('region', { name: 'In review' }).waitFor();
    await visitor.press('Withdraw');
    const withdrawing = visitor.page.getByRole('alertdialog', { name: 'Withdraw the submission?' });
    await withdrawing.getByRole('button', { name: 'Withdraw' }).click();
    await visitor.page.getByRole('region', { name: 'In review' }).waitFor({ state: 'detached' });
    await visitor.button('Submit for review').waitFor();
  });

  it('B34: production says what it waits for, and that it is open', async () => {
    const { primary, subscriptionId } = await scenario.inProduction();
    await visitor.signIn(primary);
    await visitor.open(`/production/subscriptions/${subscriptionId}`);
    await visitor.sees('No production keys yet');
    await visitor.lookOver('subscription-production');
    await scenario.switchApiAccess(primary, false);
    await visitor.page.reload();
    await visitor.sees('API access is off in production');
  });

  it('B33: a rejection marks the review, and is no fourth step', async () => {
    const { sandbox, subscriptionId } = await scenario.integrating();
    const { submissionId } = await scenario.submit(sandbox, subscriptionId);
    await scenario.decide(submissionId, 'rejection', { notes: '<img src=x onerror=alert(1)> not for us' });
    await visitor.signIn(sandbox);
    await visitor.open(`/sandbox/subscriptions/${subscriptionId}`);
    await visitor.page.getByRole('region', { name: 'Submission rejected' }).getByText('<img src=x').waitFor();
    expect(await progress().count()).toBe(3);
    expect(await progress().nth(1).innerText()).toContain('rejected');
    await visitor.lookOver('subscription-rejected');
  });
});
