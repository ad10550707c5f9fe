import type { Browser } from 'playwright-core';
import { eventType, identity } from '#libs/contracts';
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
});
afterEach(() => visitor.leave());

describe('getting in', () => {
  it('/ leads to the sign-in, and calls nothing that is refused', async () => {
    await visitor.open('/');
    await visitor.seesHeading('Sign in');
    await visitor.lookOver('sign-in');
  });

  it('B9: who registers is signed in at once, and is told that keys follow when the programme is checked', async () => {
    const domain = `r-${scenario.unique()}.example`;
    await visitor.open('/register');
    await visitor.lookOver('register');
    await visitor.fill({
      'Name of your organisation': 'Harbour & Hale',
      Domain: domain,
      Name: 'Ana Ruiz',
      'E-mail address': 'ana@harbour.example',
      'User name': 'ana',
      Password: 'a very long password of mine',
    });
    await visitor.press('Create account');
    await visitor.seesHeading('Subscriptions');
    await visitor.sees('You can look around; keys follow when your programme is checked.');
    await visitor.sees(`ana@${domain}`);
    expect(new URL(visitor.page.url()).pathname).toBe('/production/subscriptions');
    expect(await visitor.page.title()).toMatch(/^\[Production\] Subscriptions – /);
    await visitor.lookOver('first-page');
  });

  it('what is missing is told in one place that leads to each field, and what the API refuses at its field', async () => {
    const taken = await scenario.register();
    await visitor.open('/register');
    await visitor.press('Create account');
    await visitor.page.getByRole('group', { name: 'There is a problem' }).waitFor();
    expect(await visitor.page.title()).toMatch(/^Error: /);
    await visitor.lookOver('register-errors');
    await visitor.link('Enter: Name of your organisation').click();
    await visitor.page.locator('input[autocomplete=organization]:focus').waitFor();

    visitor.expectRefusal(409);
    await visitor.fill({
      'Name of your organisation': 'Another',
      Domain: taken.domain,
      Name: 'Eve',
      'E-mail address': 'eve@another.example',
      'User name': 'eve',
      Password: 'a very long password of mine',
    });
    await visitor.press('Create account');
    await visitor.link(/An organisation with this domain is registered already/).waitFor();
  });

  it('B4: somebody signs in as username@domain; a wrong pair has one wording, with what helps to look it up', async () => {
    const { primary } = await scenario.register();
    await visitor.open('/sign-in');
    visitor.expectRefusal(401);
    await visitor.fill({ 'User name with domain': `nobody@${primary.domain}`, Password: 'wrong' });
    await visitor.press('Sign in');
    await visitor.sees('identity.wrong_credentials');
    await visitor.button('Copy details').waitFor();
    await visitor.lookOver('sign-in-refused');
    await visitor.signIn(primary);
    await visitor.seesHeading('Subscriptions');
  });

  it('whoever is sent to sign in comes back to the page they wanted, and to no other site', async () => {
    const { primary } = await scenario.register();
    await visitor.open('/production/settings');
    await visitor.sees('This page belongs to Production: sign in to that account.');
    await visitor.signIn(primary);
    await visitor.seesHeading('Settings');
    await visitor.press('Sign out');
    await visitor.seesHeading('Sign in');
    await visitor.open('/sign-in?next=//evil.example/production/');
    await visitor.signIn(primary);
    expect(new URL(visitor.page.url()).pathname).toBe('/production/subscriptions');
  });

  it('B3: both accounts are open in one browser, each in its colours; signing out of one leaves the other', async () => {
    const { primary, sandbox } = await scenario.readyPartner();
    await visitor.open('/sign-in');
    await visitor.signIn(primary);
    await visitor.link('Sandbox').click();
    await visitor.sees('You stay signed in to Production.');
    await visitor.lookOver('sign-in-to-sandbox');
    await visitor.signIn(sandbox);
    const other = await visitor.newTab();
    await other.open('/production/settings');
    await other.sees(primary.domain);
    await visitor.open('/sandbox/settings');
    await visitor.sees(sandbox.accountId);
    await visitor.lookOver('settings-sandbox');
    await visitor.press('Sign out');
    await visitor.seesHeading('Sign in');
    await other.page.reload();
    await other.sees(primary.accountId);
    const stored = await visitor.page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
    expect(stored).toContain(primary.accountId);
    expect(stored).not.toContain(sandbox.accountId);
    expect(stored).not.toMatch(/token|password|secret/i);
    await other.leave();
  });

  it('a session that was ended elsewhere leads to the sign-in of its account', async () => {
    const { primary } = await scenario.register();
    await visitor.open('/sign-in');
    await visitor.signIn(primary);
    // All is there: no call is on its way that would be refused before it is looked for.
    await visitor.link('Settings').waitFor();
    await visitor.sees('You are not subscribed to anything yet.');
    await scenario.gateway.delete('/v1/sessions', { session: primary.session });
    // Of no account that is signed in any more.
    visitor.expectRefusal(400);
    await visitor.page.reload();
    await visitor.sees('This page belongs to Production: sign in to that account.');
  });
});

describe('links that are sent by mail', () => {
  const linkIn = (text: string) => /https?:\/\/[^/\s]+(\/[a-z-]+#\S+)/.exec(text)?.[1] ?? '';

  it('B58: a forgotten password is set anew, once; the token leaves the address at once', async () => {
    const { partnerId, primary } = await scenario.register();
    await visitor.open('/forgot');
    await visitor.lookOver('forgot');
    await visitor.fill({ 'User name with domain': `${primary.username}@${primary.domain}` });
    await visitor.press('Send link');
    await visitor.sees('Look into your mail');
    await visitor.lookOver('forgot-sent');
    const link = linkIn((await scenario.mail(partnerId, eventType(identity.passwordResetRequested))).text ?? '');
    await visitor.open(link);
    await visitor.seesHeading('Set a new password');
    await visitor.page.waitForURL((url) => url.hash === '');
    await visitor.lookOver('password-reset');
    await visitor.fill({ Password: 'another long password of mine' });
    await visitor.press('Set password');
    await visitor.sees('Your new password is set');
    await visitor.lookOver('password-reset-done');

    visitor.expectRefusal(409);
    await visitor.open('/sign-in');
    await visitor.open(link);
    await visitor.fill({ Password: 'yet another password of mine' });
    await visitor.press('Set password');
    await visitor.sees('This link was used, or it has expired. Have another one sent.');
    await visitor.lookOver('password-reset-used');
    await visitor.open('/sign-in');
    await visitor.signIn({ ...primary, password: 'another long password of mine' });
  });

  it('B58: an invited person sets their own password', async () => {
    const { partnerId, primary } = await scenario.register();
    await scenario.gateway.post('/v1/account/users', {
      session: primary.session,
      body: { username: 'ben', displayName: 'Ben', email: 'ben@partner.example', role: 'developer' },
    });
    const mail = await scenario.mail(partnerId, eventType(identity.personInvited));
    await visitor.open(linkIn(mail.text ?? ''));
    await visitor.seesHeading('Join your team');
    await visitor.lookOver('invitation');
    await visitor.fill({ Password: 'a long password of my own' });
    await visitor.press('Join');
    await visitor.sees(`Sign in as ben@${primary.domain}.`);
  });

  it('an address is proved by a press, not by opening the link', async () => {
    const { partnerId } = await scenario.register();
    const mail = await scenario.mail(partnerId, eventType(identity.emailVerificationRequested));
    await visitor.open(linkIn(mail.text ?? ''));
    await visitor.seesHeading('Confirm your e-mail address');
    await visitor.lookOver('email-verification');
    await visitor.press('Confirm address');
    await visitor.sees('Address confirmed');
    await visitor.open('/email-verification');
    await visitor.sees('The link is incomplete');
    await visitor.lookOver('link-missing');
  });
});
