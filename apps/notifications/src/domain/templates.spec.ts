import {
  consumers,
  eventType,
  identity,
  linkEvents,
  staffEvents,
  type CloudEvent,
  type Environment,
  type EventDefinition,
} from '#libs/contracts';
import { anId } from '#libs/testing';
import { hasTemplate, renderMessage, type NamedProvider } from './templates';

/** Whatever the data of any event has; each takes its own. No value lies within another, nor in the words themselves. */
const everyMember = {
  partnerId: anId(),
  accountId: anId(),
  subscriptionId: anId(),
  submissionId: anId(),
  keyId: anId(),
  personId: anId(),
  by: { kind: 'person', id: anId(), displayName: 'Ada Lovelace' },
  domain: 'contoso.example',
  username: 'grace',
  role: 'developer',
  withLink: true,
  environment: 'production',
  eligible: { sandbox: true, production: true },
  reasons: ['programme_not_eligible'],
  missing: ['api_access_off'],
  enabled: true,
  keyName: 'Night build',
  applicationId: 'app_sbx_new',
  previousApplicationId: 'app_sbx_old',
  revokeTokens: false,
  subscriptionName: 'Warehouse',
  productName: 'Orders API',
  phase: 'sandbox',
  number: 1,
  items: [],
  notes: 'Name the company.',
  reference: 'INV-1',
  expiresAt: '2031-02-03T04:05:06.000Z',
  previousSecretUntil: '2034-05-06T07:08:09.000Z',
  daysLeft: 30,
  webhookId: anId(),
  host: 'hooks.contoso.example',
  description: 'Parcel desk',
  failingSince: '2032-03-04T05:06:07.000Z',
  reason: 'gone',
  at: '2033-04-05T06:07:08.000Z',
  method: 'PATCH',
  status: 207,
  requestId: 'f'.repeat(32),
  messageId: anId(),
  text: 'Which plan is it?',
};
type Member = keyof typeof everyMember;

/** What a message must say of its event, beside that it has happened. */
const said: Record<string, Member[]> = {
  'identity.partner-verified.v1': [],
  'identity.eligibility-changed.v1': ['environment'],
  'identity.partner-suspended.v1': ['notes'],
  'identity.partner-reinstated.v1': [],
  'identity.registration-expiring.v1': ['domain', 'expiresAt'],
  'identity.registration-expired.v1': ['domain'],
  'identity.sandbox-provisioned.v1': [],
  'identity.sandbox-failed.v1': ['domain'],
  'identity.sandbox-activated.v1': ['by', 'domain'],
  'identity.api-access-changed.v1': ['by'],
  'identity.password-changed.v1': ['username'],
  'identity.rescue-started.v1': ['by', 'username'],
  'identity.role-changed.v1': ['by', 'username', 'role'],
  'identity.email-change-requested.v1': ['username'],
  'identity.key-created.v1': ['by', 'keyName', 'applicationId'],
  'identity.key-regenerated.v1': ['by', 'keyName', 'applicationId', 'previousApplicationId'],
  'identity.key-rotated.v1': ['by', 'keyName', 'applicationId'],
  'identity.key-deleted.v1': ['by', 'keyName', 'applicationId'],
  'identity.key-expiring.v1': ['keyName', 'applicationId'],
  'identity.key-expired.v1': ['keyName', 'applicationId'],
  'subscriptions.subscription-created.v1': ['by', 'subscriptionName', 'productName'],
  'subscriptions.submission-received.v1': ['by', 'subscriptionName', 'productName'],
  'subscriptions.submission-assigned.v1': ['subscriptionName', 'productName'],
  'subscriptions.first-approval-given.v1': ['by', 'subscriptionName', 'productName', 'notes'],
  'subscriptions.submission-withdrawn.v1': ['by', 'subscriptionName', 'productName'],
  'subscriptions.submission-approved.v1': ['subscriptionName', 'productName', 'notes'],
  'subscriptions.submission-rejected.v1': ['subscriptionName', 'productName', 'notes'],
  'subscriptions.changes-requested.v1': ['subscriptionName', 'productName', 'notes'],
  'subscriptions.subscription-reopened.v1': ['subscriptionName', 'productName', 'notes'],
  'subscriptions.message-sent-by-staff.v1': ['by', 'subscriptionName', 'productName', 'text'],
  'subscriptions.message-sent-by-partner.v1': ['by', 'subscriptionName', 'productName', 'text'],
  'subscriptions.payment-recorded.v1': ['subscriptionName', 'productName', 'reference'],
  'subscriptions.payment-undone.v1': ['subscriptionName', 'productName', 'notes'],
  'subscriptions.production-unlocked.v1': ['subscriptionName', 'productName'],
  'subscriptions.production-locked.v1': ['subscriptionName', 'productName'],
  'subscriptions.subscription-cancelled.v1': ['by', 'subscriptionName', 'productName'],
  'subscriptions.subscription-restored.v1': ['by', 'subscriptionName', 'productName'],
  'subscriptions.subscription-ended.v1': ['subscriptionName', 'productName'],
  'tokens.first-token.v1': [],
  'gateway.first-call.v1': ['method', 'status'],
  'notifications.webhook-failing.v1': ['host', 'description'],
  'notifications.webhook-disabled.v1': ['host', 'description'],
};

/** In no contract of an event. If it ever came into one, no message may say it. */
const secrets = { applicationSecret: 'slpsk_sbx_secret', password: 'correct horse battery staple' };
const wordsOf = (member: Member): string =>
  member === 'by' ? everyMember.by.displayName : String(everyMember[member]);
const placeholders = /undefined|null|NaN|\[object|\$\{|\{\{|%s|“”|\(\)|  /;
const uuids = /[0-9a-f]{8}-[0-9a-f]{4}-/;

const named = { name: 'Contoso APIs', contactEmail: null, contactUrl: null, reviewDays: null };
/** Unsaid, and with all, some or none of what can be said. */
const providers: (NamedProvider | null)[] = [
  null,
  named,
  { ...named, contactEmail: 'help@contoso.example', reviewDays: { from: 0, to: 1 } },
  { ...named, contactUrl: 'https://contoso.example/help', reviewDays: { from: 2, to: 2 } },
];

function rendered(
  definition: EventDefinition,
  inbox: Environment,
  change: Partial<Record<Member, unknown>> = {},
  provider: NamedProvider | null = null,
) {
  const isEligibility = eventType(definition) === 'identity.eligibility-changed.v1';
  const isOfBoth = /partner-(verified|reinstated)/.test(eventType(definition));
  const own = isEligibility ? { eligible: false } : isOfBoth ? { reasons: undefined } : {};
  const data = definition.data.parse({ ...everyMember, ...own, ...change }) as object;
  return renderMessage({ type: eventType(definition), data: { ...data, ...secrets } } as CloudEvent, inbox, provider);
}

describe('words of messages', () => {
  const consumed = consumers
    .filter(({ service }) => service === 'notifications')
    .flatMap(({ into, events }) => events.map((event) => [eventType(event), into as Environment, event] as const))
    // No outcomes, but whom the messages name, and what is sent to one person.
    .filter(
      ([, , event]) =>
        event !== identity.providerChanged && !linkEvents.includes(event) && !staffEvents.includes(event),
    );
  const definitionOf = (name: string): EventDefinition => {
    const [, , definition] = consumed.find(([type]) => type === name) ?? [];
    if (!definition) throw new Error(`notifications does not consume ${name}`);
    return definition;
  };

  it('are expected here for every event that is consumed, and for no other', () => {
    expect(Object.keys(said).sort()).toEqual([...new Set(consumed.map(([type]) => type))].sort());
  });

  it.each(consumed)(
    'has words for %s in %s: they say what has happened, whole and nothing secret',
    (type, inbox, event) => {
      expect(hasTemplate(event)).toBe(true);
      for (const provider of providers) {
        const { title, text, ...more } = rendered(event, inbox, {}, provider);
        expect(more).toEqual({});
        expect(title).toMatch(/^[A-Z][\w ]{4,60}$/);
        expect(text).toMatch(/^[“A-Z].{20,}[.”]$/);
        for (const member of said[type] ?? []) expect(text).toContain(wordsOf(member));
        const all = `${title} ${text}`;
        expect(all).not.toMatch(placeholders);
        expect(all).not.toMatch(uuids);
        for (const secret of Object.values(secrets)) expect(all).not.toContain(secret);
      }
    },
  );

  it.each(consumed.filter(([type]) => said[type]?.includes('notes')))(
    'where nobody has left notes on %s in %s, none are spoken of',
    (_type, inbox, event) => {
      const { text } = rendered(event, inbox, { notes: null });
      expect(text).not.toMatch(placeholders);
      expect(text).not.toContain('Notes');
    },
  );

  it.each(['submission-withdrawn', 'submission-rejected', 'changes-requested'])(
    'B59: says of a change that production goes on, and of nothing else: %s',
    (name) => {
      const definition = definitionOf(`subscriptions.${name}.v1`);
      expect(rendered(definition, 'production', { phase: 'production' }).text).toContain('Production goes on');
      for (const phase of ['sandbox', 'rejected', undefined])
        expect(rendered(definition, 'production', { phase }).text).not.toContain('Production goes on');
    },
  );

  it('says until when a cancelled subscription can be restored, and nothing of it where it cannot', () => {
    const cancelled = definitionOf('subscriptions.subscription-cancelled.v1');
    const restorableUntil = '2030-01-02T03:04:05.678Z';
    expect(rendered(cancelled, 'production', { restorableUntil } as never).text).toContain(
      'until 2030-01-02 03:04 UTC',
    );
    expect(rendered(cancelled, 'production').text).not.toContain('restore');
  });

  it('B7: the sandbox is announced where its admin can read it: how to get there, and what comes first', () => {
    const provisioned = definitionOf('identity.sandbox-provisioned.v1');
    expect(rendered(provisioned, 'production').text).toContain('sign in as grace@contoso.example');
    expect(rendered(provisioned, 'sandbox').text).toContain('complete the set-up');
  });

  it.each([
    ['identity.eligibility-changed.v1', { eligible: true, reasons: [] }, 'can be switched on in production'],
    ['identity.eligibility-changed.v1', { reasons: ['unverified', 'suspended'] }, 'not confirmed; it is suspended'],
    ['identity.partner-verified.v1', {}, 'has been confirmed'],
    [
      'identity.partner-verified.v1',
      { eligible: { sandbox: false, production: true } },
      'not eligible for API access in',
    ],
    [
      'identity.partner-verified.v1',
      { eligible: { sandbox: false, production: true }, reasons: { sandbox: ['type_not_eligible'], production: [] } },
      'in sandbox: its type is not among',
    ],
    ['identity.partner-reinstated.v1', { reasons: { sandbox: [], production: ['unverified'] } }, 'no longer'],
    [
      'identity.partner-reinstated.v1',
      { reasons: { sandbox: ['programme_not_eligible'], production: [] } },
      'still not eligible in sandbox, and its keys there get no session tokens: its programme',
    ],
    ['subscriptions.production-unlocked.v1', { missing: [] }, 'You can make production keys'],
    [
      'subscriptions.production-unlocked.v1',
      { missing: ['api_access_off', 'not_eligible'] },
      'switches on its API access; your',
    ],
    [
      'subscriptions.production-locked.v1',
      { missing: ['suspended'] },
      'until the suspension of your organisation ends.',
    ],
    ['identity.api-access-changed.v1', { enabled: true }, 'switched on'],
    ['identity.api-access-changed.v1', { enabled: false }, 'switched off'],
    ['identity.password-changed.v1', { withLink: true }, 'set with a link'],
    ['identity.password-changed.v1', { withLink: false }, 'Ada Lovelace changed the password'],
    ['identity.role-changed.v1', { role: 'global_admin' }, 'made grace a global admin'],
    ['identity.key-rotated.v1', { previousSecretUntil: null }, 'The previous secret no longer works.'],
    ['identity.key-rotated.v1', {}, 'The previous secret works until 2034-05-06 07:08 UTC.'],
    ['identity.key-expiring.v1', { daysLeft: 7 }, 'expires at 2031-02-03 04:05 UTC'],
    ['identity.key-expired.v1', {}, 'has expired at 2031-02-03 04:05 UTC'],
    ['identity.key-deleted.v1', { revokeTokens: true }, 'Its session tokens have ended.'],
    ['identity.key-deleted.v1', { revokeTokens: false }, 'live until they expire'],
    [
      'notifications.webhook-failing.v1',
      { description: '' },
      'The webhook at hooks.contoso.example has accepted nothing',
    ],
    ['notifications.webhook-failing.v1', {}, 'since 2032-03-04 05:06 UTC'],
    ['notifications.webhook-disabled.v1', { reason: 'gone' }, 'has answered 410 (gone)'],
    ['notifications.webhook-disabled.v1', { reason: 'failing' }, 'accepted nothing for five days'],
  ])('of %s depend on %j', (type, change, words) => {
    expect(rendered(definitionOf(type), 'sandbox', change).text).toContain(words);
  });
});
