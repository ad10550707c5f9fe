import { expectProblem, expectStatus, Scenario, sharedSystem, type CallOptions } from '#libs/testing';

const scenario = new Scenario(sharedSystem());
const { gateway } = scenario;

type Partner = Awaited<ReturnType<Scenario['integrating']>>;

const subscribed = 'subscriptions.subscription-created.v1';

/** The path of a mail's link: whoever has the mail needs no more. */
async function unsubscribePath({ partnerId, sandbox }: Partner): Promise<string> {
  const { text } = await scenario.mail(partnerId, subscribed, (mail) => mail.environment === 'sandbox');
  const [, path] = /No more mails of this kind: \S*(\/unsubscribe\/\S+)/.exec(text ?? '') ?? [];
  if (!path) throw new Error(`${sandbox.username} is offered nothing: ${text}`);
  return path;
}

const offOf = async ({ session }: { session: string }): Promise<string[]> => {
  const { items } = expectStatus(await gateway.get('/v1/preferences', { session }), 200).body;
  const off = (items as { kind: string; enabled: boolean }[]).filter(({ enabled }) => !enabled);
  return off.map(({ kind }) => kind);
};

const choose = ({ session }: { session: string }, kind: string, enabled: boolean) =>
  gateway.put(`/v1/preferences/email/${kind}`, { session, body: { enabled } });

describe('B50: what somebody is told by mail is up to them', () => {
  let partner: Partner;
  let path: string;

  beforeAll(async () => {
    partner = await scenario.integrating();
    path = await unsubscribePath(partner);
  });
  afterEach(async () => {
    expectStatus(await choose(partner.sandbox, 'progress', true), 200);
  });

  const form = 'application/x-www-form-urlencoded';
  const multipart = '--one\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--one--\r\n';

  test.each<[string, CallOptions]>([
    ['a form', { raw: 'List-Unsubscribe=One-Click', headers: { 'content-type': form } }],
    ['a form in parts', { raw: multipart, headers: { 'content-type': 'multipart/form-data; boundary=one' } }],
    ['nothing', {}],
    [
      'a form, from the page of another site',
      { raw: '', headers: { 'content-type': form, 'sec-fetch-site': 'cross-site' } },
    ],
  ])('one click (RFC 8058) with %s: no session, and once is as good as twice', async (_body, options) => {
    for (const _time of [1, 2]) expectStatus(await gateway.post(path, options), 200);
    expect(await offOf(partner.sandbox)).toEqual(['progress']);
    expect(await offOf(partner.primary)).toEqual([]);
  });

  test('whoever only looks at the link changes nothing; its page has a form that does', async () => {
    const page = await fetch(`${gateway.baseUrl}${path}`, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self'");
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(await page.text()).toContain('<form method="post">');
    expect(await offOf(partner.sandbox)).toEqual([]);
  });

  test('a link that is not ours is refused: a person gets a page, a program a problem', async () => {
    const other = `${path.slice(0, -6)}AAAAAA`;
    for (const wrong of [other, '/unsubscribe/anything', other.replace('slpu_sbx_', 'slpu_live_')]) {
      expectProblem(await gateway.post(wrong), 404, 'not_found');
      const page = await fetch(`${gateway.baseUrl}${wrong}`, { method: 'POST', headers: { accept: 'text/html' } });
      expect({ status: page.status, text: await page.text() }).toEqual({
        status: 404,
        text: expect.stringContaining('This link does not work'),
      });
    }
    expect(await offOf(partner.sandbox)).toEqual([]);
  });

  test('what is essential cannot be switched off', async () => {
    expectProblem(await choose(partner.sandbox, 'outcomes', false), 409, 'notifications.essential');
    expect(await offOf(partner.sandbox)).toEqual([]);
  });

  test.each(['sms/progress', 'email/gossip'])('there is no such preference: %s', async (which) => {
    const { session } = partner.sandbox;
    const reply = await gateway.put(`/v1/preferences/${which}`, { session, body: { enabled: false } });
    expectProblem(reply, 404, 'not_found');
  });

  test('the last mail, and what became of it, is shown', async () => {
    const { session } = partner.sandbox;
    const { lastMail } = expectStatus(await gateway.get('/v1/preferences', { session }), 200).body;
    expect(lastMail).toMatchObject({ state: 'kept', to: expect.stringContaining('@'), reason: null });
  });
});

describe('B50: everybody has read what they have read', () => {
  test('one by one and up to a message; a colleague has yet to', async () => {
    const { sandbox } = await scenario.integrating();
    const colleague = await scenario.addPerson(sandbox, 'developer');
    const stateOf = async ({ session }: { session: string }) => {
      const { items, unread } = expectStatus(await gateway.get('/v1/notifications?limit=100', { session }), 200).body;
      return { items: items as { id: string; readAt: string | null }[], unread: unread as number };
    };
    await scenario.message(sandbox, subscribed);
    const { items, unread } = await stateOf(sandbox);
    const [newest, second] = items;
    const { session } = sandbox;
    const upTo = { session, body: { read: true, upTo: second?.id } };
    expect(expectStatus(await gateway.patch('/v1/notifications', upTo), 200).body).toEqual({ unread: 1 });
    expect((await stateOf(sandbox)).items.filter(({ readAt }) => readAt === null)).toEqual([newest]);
    expect((await stateOf(colleague)).unread).toBeGreaterThanOrEqual(unread);
    const ofNobody = { session, body: { read: true, upTo: '019a0000-0000-7000-8000-000000000000' } };
    expectProblem(await gateway.patch('/v1/notifications', ofNobody), 404, 'not_found');
  });
});
