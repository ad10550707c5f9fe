import type { Browser } from 'playwright-core';
import { Scenario, sharedSystem } from '#libs/testing';
import { startBrowser } from './support/browser';
import { Visitor } from './support/visitor';

const scenario = new Scenario(sharedSystem());
const admin = {
  Name: 'Mia Hale',
  'E-mail address': 'mia@partner.example',
  'User name': 'mia',
  Password: 'a very long password of mine',
};
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

describe('the sandbox', () => {
  it('B7, B8: is created, comes by itself, and has one page until its policy is accepted', async () => {
    const partner = await scenario.register();
    await scenario.verify(partner.partnerId);
    await visitor.signIn(partner.primary);
    await visitor.link('Create sandbox').click();
    await visitor.seesHeading('Integration sandbox');
    await visitor.sees('It shares nothing with production');
    await visitor.lookOver('sandbox-none');
    await visitor.fill(admin);
    await visitor.press('Create sandbox');
    await visitor.sees('Your sandbox is ready');
    await visitor.lookOver('sandbox-awaiting-set-up');

    await visitor.link('Sign in to sandbox').click();
    const domain = `sandbox.${partner.domain}`;
    await visitor.signIn({ username: 'mia', domain, password: admin.Password });
    await visitor.seesHeading('Set up your sandbox');
    await visitor.open('/sandbox/settings');
    await visitor.seesHeading('Set up your sandbox');
    await visitor.press('Finish set-up');
    await visitor.link('Accept what the sandbox is for').waitFor();
    await visitor.lookOver('set-up');
    await visitor.page.getByLabel('We use it for integration testing only').check();
    await visitor.press('Finish set-up');
    await visitor.seesHeading('Settings');
    await visitor.sees(domain);

    await visitor.open('/production/settings/sandbox');
    await visitor.sees('Your sandbox is in use');
    expect(await visitor.button('Create sandbox').count()).toBe(0);
    await visitor.lookOver('sandbox-active');
  });

  it.each([
    ['provisioning', { state: 'provisioning' }, 'Setting up sandbox.contoso.example'],
    [
      'failed',
      { state: 'failed', failure: 'The provider’s system has refused it.' },
      'The sandbox could not be set up',
    ],
  ])('B7: says what it waits for, or why it failed: %s', async (name, state, text) => {
    const { primary } = await scenario.register();
    const account = { id: primary.accountId, environment: 'sandbox', domain: 'sandbox.contoso.example' };
    await visitor.page.route('**/v1/sandbox', (route) =>
      route.fulfill({ json: { canCreate: true, account, ...state } }),
    );
    await visitor.signIn(primary);
    await visitor.open('/production/settings/sandbox');
    await visitor.sees(text);
    await visitor.lookOver(`sandbox-${name}`);
    expect(await visitor.button('Try again').count()).toBe(name === 'failed' ? 1 : 0);
  });

  it('B5: is offered to a global admin alone', async () => {
    const partner = await scenario.register();
    const developer = await scenario.addPerson(partner.primary, 'developer');
    await visitor.signIn(developer);
    await visitor.seesHeading('Subscriptions');
    await visitor.link('Settings').waitFor();
    expect(await visitor.link('Integration sandbox').count()).toBe(0);
    await visitor.open('/production/settings/sandbox');
    await visitor.sees('A global admin of your organisation creates it.');
    await visitor.lookOver('sandbox-not-yours');
  });

  it('B2, B6: is offered in no sandbox', async () => {
    const { sandbox } = await scenario.readyPartner();
    await visitor.signIn(sandbox);
    await visitor.link('Settings').waitFor();
    expect(await visitor.link('Integration sandbox').count()).toBe(0);
    expect(await visitor.link('Create sandbox').count()).toBe(0);
  });
});

describe('settings', () => {
  it('B10, B12: who is not eligible is told why, and can switch nothing on', async () => {
    const { primary } = await scenario.register({ programme: 'reseller_club' });
    await visitor.signIn(primary);
    await visitor.open('/production/settings');
    await visitor.sees('Your programme is being checked');
    await visitor.sees('Your programme may not use the API here');
    await visitor.sees('It can be turned on once your organisation is eligible.');
    expect(await visitor.button('Turn on API access').count()).toBe(0);
    await visitor.lookOver('settings-not-eligible');
  });

  it('B12: API access is turned on for one account, and off with its consequence first', async () => {
    const partner = await scenario.register();
    await scenario.verify(partner.partnerId);
    await visitor.signIn(partner.primary);
    await visitor.link('Settings').click();
    await visitor.press('Turn on API access');
    await visitor.page.getByRole('status').getByText('API access is on').waitFor();
    await visitor.lookOver('settings');
    await visitor.press('Turn off API access');
    const dialog = visitor.page.getByRole('alertdialog', { name: 'Turn off API access?' });
    await dialog.getByRole('button', { name: 'Cancel' }).and(visitor.page.locator(':focus')).waitFor();
    await visitor.lookOver('api-access-off');
    await dialog.getByRole('button', { name: 'Turn off API access' }).click();
    await visitor.button('Turn on API access').waitFor();
    const { body } = await scenario.gateway.get('/v1/account', { session: partner.primary.session });
    expect(body.apiAccess).toBe(false);
  });
});
