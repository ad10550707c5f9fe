import { generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subscriptions } from '#libs/contracts';
import { until } from '#libs/testing';
import { notificationsConfig } from '../config';
import { MailSpec } from '../spec-support/mail-spec';
import { aCertificate, Refusal, SmtpReceiver } from '../spec-support/smtp-receiver';
import { MailSending } from './mail-sending';

const script = '<script>alert("notes")</script> & more';

describe('mails of outcomes', () => {
  /** Shared by all that want no settings of their own. */
  let usual: { spec: MailSpec; receiver: SmtpReceiver };
  const opened: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    usual = await openWith();
  });
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each.close();
    await usual.spec.clear();
    usual.receiver.clear();
  });
  afterAll(async () => {
    await usual.spec.close();
    await usual.receiver.close();
  });

  /** A mail server with its ways, and the service that sends by it. */
  async function openWith(ways: SmtpReceiver['ways'] = {}, settings: Record<string, string> = {}) {
    const receiver = await SmtpReceiver.open(ways);
    const spec = await MailSpec.open({ SLIPWAY_SMTP: receiver.url, SLIPWAY_SMTP_SECONDS: '5', ...settings });
    return { spec, receiver };
  }

  async function open(ways: SmtpReceiver['ways'] = {}, settings: Record<string, string> = {}) {
    if (Object.keys(settings).length === 0 && !ways.options) {
      Object.assign(usual.receiver.ways, ways);
      return usual;
    }
    const own = await openWith(ways, settings);
    opened.push(own.receiver, own.spec);
    return own;
  }

  /** Without a mail server of the kind above. */
  async function openAlone(settings: Record<string, string> = {}): Promise<MailSpec> {
    const spec = await MailSpec.open(settings);
    opened.push(spec);
    return spec;
  }

  const received = async ({ mails }: SmtpReceiver, count = 1) =>
    until(`${count} mails at the server`, async () => (mails.length === count ? mails : undefined));

  describe('read back from a mail server', () => {
    it('B50: have headers, both parts, the page concerned, and the reviewer’s notes as text', async () => {
      const { spec, receiver } = await open();
      const { email } = spec.person();
      const event = await spec.happens({ notes: script });
      const [mail] = await received(receiver);
      const { subscriptionId } = event.data as { subscriptionId: string };
      expect(mail).toMatchObject({ subject: 'Changes requested', recipients: [email] });
      expect(mail?.from?.text).toBe('no-reply@portal.example');
      expect(mail?.headers.get('auto-submitted')).toBe('auto-generated');
      expect(mail?.messageId).toMatch(/^<[\w-]+@portal\.example>$/);
      expect(mail?.text).toContain(`Notes: “${script}”`);
      expect(mail?.text).toContain(`https://portal.example/subscriptions/${subscriptionId}`);
      expect(mail?.html).toContain('&lt;script&gt;alert(&quot;notes&quot;)&lt;/script&gt; &amp; more');
      expect(mail?.html).not.toContain('<script>');
      expect(mail?.html).toContain(`href="https://portal.example/subscriptions/${subscriptionId}"`);
      expect(await spec.inState('sent')).toMatchObject([
        { to: email, subject: 'Changes requested', attempts: 1, sentAt: expect.any(String), nextAttemptAt: null },
      ]);
    });

    it('are one for each person, who does not see the others', async () => {
      const { spec, receiver } = await open();
      const people = [spec.person(), spec.person()];
      await spec.happens();
      const mails = await received(receiver, 2);
      expect(mails.map(({ recipients }) => recipients).sort()).toEqual(people.map(({ email }) => [email]).sort());
      expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(2);
    });

    it('are one for each person, though a copy finds out twice whom to write to', async () => {
      const { spec, receiver } = await open();
      spec.person();
      await spec.happens();
      await spec.inState('sent');
      await spec.service.admin.query('update notifications.mailings set next_attempt_at = now()');
      await until('the mailing to be worked off again', async () => {
        const sql = 'select from notifications.mailings where attempts = 2 and next_attempt_at is null';
        return (await spec.service.admin.query(sql)).rows.length === 1;
      });
      expect(await spec.mails()).toMatchObject([{ state: 'sent' }]);
      expect(receiver.mails).toHaveLength(1);
    });

    it('go to where somebody is reached now, and not to whoever was removed meanwhile', async () => {
      const { spec, receiver } = await open({
        onAddress: () => {
          throw new Refusal(451, 'not now');
        },
      });
      const [ada, grace] = [spec.person(), spec.person()];
      await spec.happens();
      await spec.tried(2);
      spec.people.set(ada.personId, { ...ada, email: 'moved@contoso.example' });
      spec.people.delete(grace.personId);
      receiver.ways.onAddress = undefined;
      await spec.dueNow();
      expect(await spec.inState('dropped')).toMatchObject([{ personId: grace.personId }]);
      expect(await spec.inState('sent')).toMatchObject([{ personId: ada.personId, to: 'moved@contoso.example' }]);
      expect(receiver.mails.map(({ recipients }) => recipients)).toEqual([['moved@contoso.example']]);
    });

    it('are signed by the provider’s key, where there is one', async () => {
      const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
      const file = join(templates({}), 'dkim.pem');
      writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
      const settings = { SLIPWAY_DKIM_KEY: file, SLIPWAY_MAIL_FROM: 'portal@provider.example' };
      const { spec, receiver } = await open({}, settings);
      spec.person();
      await spec.happens({}, 'sandbox', subscriptions.submissionReceived);
      const [mail] = await received(receiver);
      const line = mail?.headerLines.find(({ key }) => key === 'dkim-signature')?.line ?? '';
      expect(line).toMatch(/d=provider\.example;.*s=slipway;/s);
      // RFC 8058, 4: both headers of unsubscribing are signed.
      for (const name of ['from', 'subject', 'list-unsubscribe', 'list-unsubscribe-post'])
        expect(line.replace(/\s/g, '').toLowerCase()).toMatch(new RegExp(`;h=([^;]*:)?${name}[:;]`));
      // RFC 6376, 3.4.1: "relaxed" headers, the signature itself last and without its value.
      const relaxed = (text: string) =>
        text
          .replace(/\r?\n[ \t]+/g, ' ')
          .replace(/[ \t]+/g, ' ')
          .trim();
      const [, names = ''] = /\bh=([^;]+);/s.exec(relaxed(line)) ?? [];
      const [, value = ''] = /\bb=([^;]+)$/s.exec(relaxed(line)) ?? [];
      const lines = [...(mail?.headerLines ?? [])].reverse();
      const canonical = (header: string) => {
        const at = header.indexOf(':');
        return `${header.slice(0, at).toLowerCase().trim()}:${relaxed(header.slice(at + 1))}`;
      };
      const headers = names.split(':').map((name) => {
        const at = lines.findIndex(({ key }) => key === name.trim().toLowerCase());
        return at < 0 ? undefined : canonical(lines.splice(at, 1)[0]?.line ?? '');
      });
      const own = canonical(line).replace(/\bb=[^;]+$/s, 'b=');
      const signed = [...headers.filter((header) => header !== undefined), own].join('\r\n');
      const isGenuine = verify(
        'sha256',
        Buffer.from(signed),
        publicKey,
        Buffer.from(value.replace(/\s/g, ''), 'base64'),
      );
      expect(isGenuine).toBe(true);
    });

    it('cannot be given a header or a recipient by what somebody is called', async () => {
      const folder = templates({
        'en/changes-requested': ['{{event.subscriptionName}}', '{{text}}', '<p>{{text}}</p>'],
      });
      const { spec, receiver } = await open({}, { SLIPWAY_MAIL_TEMPLATES: folder });
      spec.person({ email: 'ada@contoso.example\r\nBcc: eve@evil.example' });
      spec.person({ email: 'ada@contoso.example, eve@evil.example' });
      spec.person({ displayName: 'Grace\r\nBcc: eve@evil.example' });
      await spec.happens({ subscriptionName: 'Webshop\r\nBcc: eve@evil.example\r\n\r\nGone' });
      await spec.tried(3);
      const bodies = receiver.mails.map(({ headers }) => [...headers.keys()]);
      expect(bodies.length).toBeGreaterThan(0);
      for (const names of bodies) expect(names).not.toContain('bcc');
      expect(receiver.addresses.filter((address) => address.startsWith('eve'))).toEqual([]);
      expect(receiver.mails.at(-1)?.subject).toBe('Webshop Bcc: eve@evil.example Gone');
    });
  });

  describe('with a mail server in trouble', () => {
    it('4xx: it is tried again later, and arrives', async () => {
      const { spec, receiver } = await open({
        onAddress: () => {
          throw new Refusal(450, 'greylisted');
        },
      });
      spec.person();
      await spec.happens();
      const mail = await spec.triedOne();
      expect(mail).toMatchObject({ state: 'waiting', reason: expect.stringContaining('450 greylisted'), sentAt: null });
      const waits = new Date(mail.nextAttemptAt ?? 0).getTime() - new Date(mail.createdAt).getTime();
      expect(waits).toBeGreaterThan(20_000);
      receiver.ways.onAddress = undefined;
      await spec.dueNow();
      expect(await spec.inState('sent')).toMatchObject([{ attempts: 2, reason: null }]);
      expect(receiver.mails).toHaveLength(1);
    });

    it('5xx to an address: it has bounced, staff sees why, and the others get theirs', async () => {
      const { spec, receiver } = await open({
        onAddress: (address) => {
          if (address.startsWith('gone')) throw new Refusal(550, 'no such user');
        },
      });
      spec.person({ email: 'gone@contoso.example' });
      spec.person();
      await spec.happens();
      expect(await spec.inState('bounced')).toMatchObject([
        { to: 'gone@contoso.example', reason: expect.stringContaining('550 no such user'), nextAttemptAt: null },
      ]);
      await spec.inState('sent');
      expect(receiver.mails).toHaveLength(1);
    });

    it('5xx to the mail itself: the same', async () => {
      const { spec } = await open({
        onMail: () => {
          throw new Refusal(554, 'looks like spam');
        },
      });
      spec.person();
      await spec.happens();
      expect(await spec.inState('bounced')).toMatchObject([{ attempts: 1, nextAttemptAt: null }]);
    });

    it('5xx to us, such as for a wrong password, costs no mail', async () => {
      const options = {
        disabledCommands: ['STARTTLS'],
        authOptional: false,
        allowInsecureAuth: true,
        onAuth: (_auth: unknown, _session: unknown, done: (error: Error) => void) => done(new Error('wrong password')),
      };
      const receiver = await SmtpReceiver.open({ options });
      opened.push(receiver);
      const spec = await openAlone({ SLIPWAY_SMTP: receiver.url.replace('://', '://ada:wrong@') });
      spec.person();
      await spec.happens();
      expect(await spec.triedOne()).toMatchObject({ state: 'waiting', reason: expect.stringContaining('535') });
    });

    it('that does not greet: it is tried again', async () => {
      const silent = createServer().listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const { port } = silent.address() as AddressInfo;
      const spec = await openAlone({ SLIPWAY_SMTP: `smtp://127.0.0.1:${port}`, SLIPWAY_SMTP_SECONDS: '1' });
      spec.person();
      await spec.happens();
      expect(await spec.triedOne()).toMatchObject({ state: 'waiting', reason: expect.stringMatching(/greeting/i) });
      silent.close();
    });

    it('that is not there: the same', async () => {
      const spec = await openAlone({ SLIPWAY_SMTP: 'smtp://127.0.0.1:1' });
      spec.person();
      await spec.happens();
      expect(await spec.triedOne()).toMatchObject({
        state: 'waiting',
        reason: expect.stringContaining('ECONNREFUSED'),
      });
    });

    it('that breaks off in the middle: it is sent again, and whole', async () => {
      const { spec, receiver } = await open({ onBytes: () => receiver.cutOff() });
      spec.person();
      await spec.happens({ notes: 'x'.repeat(3_000) });
      expect(await spec.triedOne()).toMatchObject({ state: 'waiting', reason: expect.any(String) });
      receiver.mails.length = 0;
      receiver.ways.onBytes = undefined;
      await spec.dueNow();
      await spec.inState('sent');
      expect(receiver.mails.at(-1)?.text).toContain('x'.repeat(3_000));
    });

    it('that dies between taking it and saying so: it comes twice, with the same Message-ID', async () => {
      const { spec, receiver } = await open({ onMail: () => receiver.cutOff() });
      spec.person();
      await spec.happens();
      await spec.triedOne();
      receiver.ways.onMail = undefined;
      await spec.dueNow();
      await spec.inState('sent');
      const [first, second] = await received(receiver, 2);
      expect(first?.messageId).toBe(second?.messageId);
    });

    it('with a certificate that nobody vouches for: it is told nothing', async () => {
      const { spec, receiver } = await open({ options: { secure: true, ...(await aCertificate()) } });
      spec.person();
      await spec.happens();
      expect(await spec.triedOne()).toMatchObject({ state: 'waiting', reason: expect.stringMatching(/certificate/i) });
      expect([receiver.addresses, receiver.mails]).toEqual([[], []]);
    });

    it('with one of an authority that the setting names: it is sent', async () => {
      const identity = await aCertificate();
      const folder = templates({});
      const file = join(folder, 'authority.pem');
      writeFileSync(file, identity.cert);
      const { spec, receiver } = await open({ options: { secure: true, ...identity } }, { SLIPWAY_SMTP_CA: file });
      spec.person();
      await spec.happens();
      await received(receiver);
    });

    it('for longer than the setting has it: it has failed', async () => {
      const { spec } = await open({
        onAddress: () => {
          throw new Refusal(450, 'later');
        },
      });
      spec.person();
      await spec.happens();
      await spec.triedOne();
      spec.service.clock.advance(48 * 3_600_000 + 60_000);
      await spec.dueNow();
      expect(await spec.inState('failed')).toMatchObject([{ attempts: 2, nextAttemptAt: null }]);
    });

    it('while another copy has done it: a paused one writes nothing over that', async () => {
      let release: () => void = () => undefined;
      const paused = new Promise<void>((resolve) => (release = resolve));
      const { spec, receiver } = await open({ onAddress: () => paused }, { SLIPWAY_SMTP_SECONDS: '10' });
      spec.person();
      await spec.happens();
      await until('the attempt to be under way', async () => receiver.addresses.length === 1);
      await spec.service.admin.query(
        `update notifications.mails set lease_epoch = lease_epoch + 1, next_attempt_at = null, state = 'bounced'`,
      );
      release();
      await received(receiver);
      await spec.service.get(MailSending).beforeApplicationShutdown();
      expect(await spec.mails()).toMatchObject([{ state: 'bounced', sentAt: null }]);
    });
  });

  describe('without a mail server', () => {
    it('are kept, and readable by staff', async () => {
      const spec = await openAlone();
      const { email } = spec.person();
      await spec.happens({ notes: script });
      expect(await spec.inState('kept')).toMatchObject([
        { to: email, subject: 'Changes requested', text: expect.stringContaining(script), nextAttemptAt: null },
      ]);
    });

    it('are of their environment each, and listed page by page, newest first', async () => {
      const spec = await openAlone();
      spec.person();
      for (const environment of ['sandbox', 'production', 'sandbox'] as const) await spec.happens({}, environment);
      const all = await spec.inState('kept', 3);
      expect(all.map(({ id }) => id)).toEqual(
        all
          .map(({ id }) => id)
          .sort()
          .reverse(),
      );
      expect(all.filter(({ environment }) => environment === 'production')).toHaveLength(1);
    });
  });

  /** Files by name, such as `de/outcome`: subject, text, HTML. */
  function templates(files: Record<string, [string, string, string]>): string {
    const root = mkdtempSync(join(tmpdir(), 'templates-'));
    folders.push(root);
    for (const [name, parts] of Object.entries(files)) {
      mkdirSync(join(root, name, '..'), { recursive: true });
      ['subject', 'text', 'html'].forEach((part, index) => {
        writeFileSync(join(root, `${name}.${part}.hbs`), parts[index] ?? '');
      });
    }
    return root;
  }
  const folders: string[] = [];
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  describe('in words of the provider’s own', () => {
    it('are in the language of whoever gets it, as far as there are some', async () => {
      const folder = templates({
        'de/outcome': ['Neues', 'Hallo {{person.displayName}}: {{text}}', '<b>{{text}}</b>'],
      });
      const { spec, receiver } = await open({}, { SLIPWAY_MAIL_TEMPLATES: folder });
      spec.person({ language: 'de-AT' });
      spec.person({ language: 'fr' });
      await spec.happens({ notes: script });
      const mails = await received(receiver, 2);
      expect(mails.map(({ subject }) => subject).sort()).toEqual(['Changes requested', 'Neues']);
      const german = mails.find(({ subject }) => subject === 'Neues');
      expect(german?.text).toContain('Hallo Ada Lovelace');
      expect(german?.html).not.toContain('<script>');
    });

    it('that fail with what an event has: the mail goes out in the usual ones', async () => {
      const failing = '{{#if event.notes}}{{> nowhere}}{{/if}}';
      const folder = templates({ 'en/outcome': [failing, 'x', 'x'] });
      const { spec, receiver } = await open({}, { SLIPWAY_MAIL_TEMPLATES: folder });
      spec.person();
      await spec.happens();
      const [mail] = await received(receiver);
      expect(mail?.subject).toBe('Changes requested');
    });

    it.each([
      ['with a fault', { 'en/outcome': ['{{#if}', 'x', 'x'] }, 'en/outcome'],
      ['with a helper that there is not', { 'en/outcome': ['{{shout title}}', 'x', 'x'] }, 'en/outcome'],
      ['of a name that nothing has', { 'en/outcomes': ['x', 'x', 'x'] }, 'en/outcomes'],
    ] as [string, Parameters<typeof templates>[0], string][])(
      '%s: the process does not start',
      (_what, files, name) => {
        const result = notificationsConfig.schema.safeParse({
          SLIPWAY_SERVICE_KEY: '0'.repeat(64),
          SLIPWAY_NATS: 'nats://localhost:4222',
          SLIPWAY_DATABASE: 'postgres://localhost:5432/slipway',
          SLIPWAY_MAIL_TEMPLATES: templates(files),
        });
        expect(result.error?.issues).toMatchObject([{ message: expect.stringContaining(name) }]);
      },
    );
  });
});
