import type { Browser } from 'playwright-core';
import { expectStatus, Scenario, sharedSystem } from '#libs/testing';
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

describe('beside a subscription', () => {
  it('B35: stands the test data that the provider has set, to read and to copy', async () => {
    const { sandbox } = await scenario.readyPartner();
    const { id: productId } = await scenario.product();
    const { id: planId } = await scenario.plan({}, productId);
    const { id } = await scenario.subscribe(sandbox, planId);
    await visitor.signIn(sandbox);
    await visitor.open(`/sandbox/subscriptions/${id}`);
    await visitor.link('Test data').click();
    await visitor.sees(/has set no test data/);
    await visitor.lookOver('test-data-empty');
    const items = [
      {
        type: 'card',
        name: 'Declined card',
        description: 'Every payment with it is refused.',
        value: '4000000000000002',
      },
      { type: 'text', name: 'Long', description: '', value: 'x'.repeat(200) },
    ];
    const set = await scenario.admin.put(`/v1/products/${productId}/test-data`, {
      session: await scenario.staff(),
      body: items,
    });
    expectStatus(set, 200);
    await visitor.page.reload();
    await visitor.sees('4000000000000002');
    await visitor.button('Copy Declined card').waitFor();
    expect(await visitor.page.getByRole('textbox').count()).toBe(0);
    await visitor.lookOver('test-data');
  });

  it('B48: people and reviewers write to each other; what comes is there without loading again', async () => {
    const { sandbox, subscriptionId } = await scenario.integrating();
    await visitor.signIn(sandbox);
    await visitor.open(`/sandbox/subscriptions/${subscriptionId}/messages`);
    await visitor.sees('You can write to the reviewers once you have submitted for review.');
    await visitor.lookOver('talk-not-submitted');
    const { submissionId } = await scenario.submit(sandbox, subscriptionId);
    await visitor.fill({ Message: 'We have fixed the retries.\nPlease look again.' });
    await visitor.press('Send message');
    await visitor.page.getByRole('listitem').filter({ hasText: 'We have fixed the retries.' }).waitFor();
    expect(await visitor.page.getByLabel('Message', { exact: true }).inputValue()).toBe('');
    const sent = await scenario.admin.post(`/v1/reviews/${submissionId}/messages`, {
      session: await scenario.staff(),
      body: { internal: false, text: '<b>Thank you</b>, we do.' },
    });
    expectStatus(sent, 201);
    const theirs = visitor.page.getByRole('listitem').filter({ hasText: '<b>Thank you</b>, we do.' });
    await theirs.getByText('reviewer').waitFor();
    const note = { internal: true, text: 'For us alone.' };
    const session = await scenario.staff();
    expectStatus(await scenario.admin.post(`/v1/reviews/${submissionId}/messages`, { session, body: note }), 201);
    await visitor.page.reload();
    await theirs.waitFor();
    expect(await visitor.page.getByText('For us alone.').count()).toBe(0);
    await visitor.lookOver('talk');
    await visitor.press('Send message');
    await visitor.sees('There is a problem');
  });
});

describe('notifications', () => {
  it('B50: stand in the account that they are for, newest first; what is new is counted until it is read', async () => {
    const { sandbox, subscriptionId } = await scenario.integrating();
    await scenario.submit(sandbox, subscriptionId);
    await visitor.signIn(sandbox);
    await visitor.link(/^Notifications/).click();
    await visitor.seesHeading('Notifications');
    await visitor.sees('New');
    await visitor.page
      .getByRole('navigation', { name: 'Main' })
      .getByText(/^\d+ new$/)
      .waitFor();
    await visitor.lookOver('notifications');
    await visitor.press('Mark all as read');
    await visitor.button('Mark all as read').waitFor({ state: 'detached' });
    expect(await visitor.page.getByText('New', { exact: true }).count()).toBe(0);
    await visitor.link('Open subscription').first().click();
    await visitor.seesHeading(/Integration/);
  });
});
