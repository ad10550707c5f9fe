import { createInbox, headers } from '@nats-io/transport-node';
import {
  allBroadcasts,
  allRpcMethods,
  apps,
  broadcastSubject,
  replyPrefixOf,
  rpcSubject,
  scopes,
  type App,
  type Scope,
  type Service,
} from '#libs/contracts';
import { Scenario, sharedSystem } from '#libs/testing';
import { BrokerUser } from '../support/broker';
import { pidsOf } from '../support/processes';

const bytes = (...values: number[]) => Uint8Array.from(values);
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

/** What is no message of ours, in one of the ways there are to be none. */
const bodies: (string | Uint8Array)[] = [
  '',
  '{',
  'null',
  '1',
  '"text"',
  '[]',
  '[1]',
  '[null]',
  '[[]]',
  '[[1]]',
  '[[1,null,{}]]',
  '[[1,{},null],[2,"x",3]]',
  '[["1",{"caller":{}},{}]]',
  '[[1,{"caller":{"kind":"service","name":"gateway"},"traceId":[],"deadline":"now"},{}]]',
  '{"__proto__":{"caller":1},"constructor":{"prototype":1}}',
  nested(5_000),
  bytes(0, 255, 254, 0, 128, 1),
  bytes(0xed, 0xa0, 0x80),
];
const contexts = [
  undefined,
  '',
  '{',
  'null',
  '1',
  '[]',
  '{"caller":null}',
  '{"caller":{"kind":"person"}}',
  'x'.repeat(20_000),
];

/** More than there are copies, as each message goes to one of them. */
const times = 3;

/** Nothing that arrives on a subject ends whoever reads it (what consumers are sent: test/faults/poison.spec.ts). */
describe('messages that are none of ours', () => {
  const system = sharedSystem();
  const scenario = new Scenario(system);

  const callable = (app: App, scope: Scope) =>
    allRpcMethods
      .filter((method) => method.calledBy.includes(app) && method.scopes.includes(scope))
      .map((method) => rpcSubject(method, scope));
  const sendable = (app: App, scope: Scope) =>
    allBroadcasts
      .filter((broadcast) => broadcast.app === app && broadcast.scopes.includes(scope))
      .map((broadcast) => broadcastSubject(broadcast, scope));
  const speakers = apps
    .flatMap((app) =>
      scopes.map((scope) => ({ app, scope, subjects: callable(app, scope), sent: sendable(app, scope) })),
    )
    .filter(({ subjects, sent }) => subjects.length + sent.length > 0);

  const stale = (app: App) =>
    JSON.stringify({ caller: { kind: 'service', name: app }, traceId: 'a'.repeat(32), deadline: 1 });

  function sendAll({ connection }: BrokerUser, subject: string, app: App, scope: Scope): void {
    const [kind, , service] = subject.split('.');
    // A call without a place for its reply is not read at all.
    const reply = kind === 'rpc' ? createInbox(replyPrefixOf(service as Service, app, scope)) : undefined;
    for (let time = 0; time < times; time += 1)
      for (const body of bodies) {
        connection.publish(subject, body, { reply });
        for (const context of contexts) {
          const single = headers();
          if (context !== undefined) single.set('Slipway-Context', context);
          connection.publish(subject, body, { headers: single, reply });
        }
        const batch = headers();
        batch.set('Slipway-Batch', '1');
        connection.publish(subject, body, { headers: batch, reply });
      }
  }

  /** Its deadline has passed: whoever reads it says so, and begins nothing. */
  async function expectRepliesOn(user: BrokerUser, subject: string, app: App): Promise<void> {
    const calls = Array.from({ length: 2 * times }, () =>
      user.request(subject, '{}', { 'Slipway-Context': stale(app) }),
    );
    for (const reply of await Promise.all(calls))
      expect({ subject, reply: reply?.json() }).toEqual({
        subject,
        reply: expect.objectContaining({ code: 'unavailable' }),
      });
  }

  it('reach every subject that anybody may send to', () => {
    const reached = new Set(speakers.flatMap(({ subjects, sent }) => [...subjects, ...sent]));
    expect([...reached].sort()).toEqual(
      [
        ...allRpcMethods.flatMap((method) => method.scopes.map((scope) => rpcSubject(method, scope))),
        ...allBroadcasts.flatMap((broadcast) => broadcast.scopes.map((scope) => broadcastSubject(broadcast, scope))),
      ].sort(),
    );
  });

  it.each(speakers)('of $app in $scope deafen nobody', async ({ app, scope, subjects, sent }) => {
    const before = await pidsOf(system);
    const user = await BrokerUser.logIn(system, app, scope);
    try {
      // Subject by subject: other specs use this system meanwhile.
      for (const subject of [...subjects, ...sent]) {
        sendAll(user, subject, app, scope);
        await user.connection.flush();
        if (subjects.includes(subject)) await expectRepliesOn(user, subject, app);
      }
    } finally {
      await user.close();
    }
    expect(await pidsOf(system)).toEqual(before);
  });

  it('afterwards everything goes on as ever', async () => {
    const { sandbox, key } = await scenario.integrating();
    const { body } = await scenario.token(key, 'sandbox');
    expect((await scenario.whoami(body.access_token, 'sandbox')).status).toBe(200);
    expect((await scenario.gateway.get('/v1/keys', { session: sandbox.session })).status).toBe(200);
    expect((await scenario.gateway.get('/readyz')).status).toBe(200);
  });
});
