import { randomUUID } from 'node:crypto';
import { headers } from '@nats-io/transport-node';
import { brokerPassword, deriveServiceKey } from '#libs/crypto';
import {
  allEvents,
  broadcastSubject,
  allRpcMethods,
  apps,
  consumers,
  durableName,
  edges,
  environments,
  eventSubject,
  platformMethods,
  replyPrefix,
  replyPrefixOf,
  scopes,
  services,
  streamName,
  outcomeStreamName,
  outcomeSubject,
  rpcSubject,
  subscriptions,
  identity,
  type App,
  type Scope,
} from '#libs/contracts';
import { sharedSystem, until } from '#libs/testing';
import { asBrokerAdministrator, BrokerUser, logIn, userOf } from '../support/broker';

interface Speaker {
  app: App;
  scope: Scope;
}

/** Everyone there could be; who has nothing to say or hear in a scope has no user there. */
const everyone: Speaker[] = apps.flatMap((app) => scopes.map((scope) => ({ app, scope })));
const hasBusiness = ({ app, scope }: Speaker): boolean =>
  allRpcMethods.some(
    (method) => method.scopes.includes(scope) && (method.service === app || method.calledBy.includes(app)),
  ) || consumers.some(({ service, from }) => service === app && from === scope);
const speakers = everyone.filter(hasBusiness);
const named = (list: Speaker[]) => list.map((speaker) => ({ ...speaker, user: userOf(speaker.app, speaker.scope) }));

/** In every scope, also where the contract has none: there above all nobody may speak. */
const eventSubjects = allEvents.flatMap((definition) =>
  scopes.map((scope) => ({ definition, scope, subject: eventSubject(definition, scope) })),
);
const rpcSubjects = allRpcMethods.flatMap((method) =>
  scopes.map((scope) => ({ method, scope, subject: rpcSubject(method, scope) })),
);
const streams = scopes.map(streamName);
const durables = consumers.map((consumer) => ({
  ...consumer,
  durable: durableName(consumer),
  path: `${streamName(consumer.from)}.${durableName(consumer)}`,
}));

/** What JetStream is asked by, beyond one's own durables. */
const streamApi = [
  '$JS.API.INFO',
  '$JS.API.STREAM.NAMES',
  '$JS.API.STREAM.LIST',
  '$JS.API.STREAM.CREATE.MINE',
  ...streams.flatMap((stream) => [
    `$JS.API.STREAM.CREATE.${stream}`,
    `$JS.API.STREAM.UPDATE.${stream}`,
    `$JS.API.STREAM.INFO.${stream}`,
    `$JS.API.STREAM.DELETE.${stream}`,
    `$JS.API.STREAM.PURGE.${stream}`,
    `$JS.API.STREAM.MSG.GET.${stream}`,
    `$JS.API.STREAM.MSG.DELETE.${stream}`,
    `$JS.API.STREAM.SNAPSHOT.${stream}`,
    `$JS.API.STREAM.RESTORE.${stream}`,
    `$JS.API.DIRECT.GET.${stream}`,
    `$JS.API.CONSUMER.NAMES.${stream}`,
    `$JS.API.CONSUMER.LIST.${stream}`,
    `$JS.API.CONSUMER.CREATE.${stream}`,
    `$JS.API.CONSUMER.CREATE.${stream}.mine`,
    `$JS.API.CONSUMER.CREATE.${stream}.mine.events.sandbox.>`,
    `$JS.API.CONSUMER.DURABLE.CREATE.${stream}.mine`,
  ]),
  ...durables.flatMap(({ path }) => [
    `$JS.API.CONSUMER.CREATE.${path}`,
    `$JS.API.CONSUMER.DURABLE.CREATE.${path}`,
    `$JS.API.CONSUMER.DELETE.${path}`,
    `$JS.API.CONSUMER.PAUSE.${path}`,
    `$JS.API.CONSUMER.RESET.${path}`,
  ]),
];

/** A subject without its wildcards. */
const publishable = (subject: string) => subject.replace(/\.>$/, '.x');

const stale = (app: App) =>
  JSON.stringify({ caller: { kind: 'service', name: app }, traceId: 'a'.repeat(32), deadline: 1 });

/** The broker itself refuses what does not belong to a service, or to a scope (docs/adr/0004). */
describe('isolation in the broker', () => {
  const system = sharedSystem();
  let me: BrokerUser | undefined;
  const as = async ({ app, scope }: Speaker) => (me = await BrokerUser.logIn(system, app, scope));
  afterEach(async () => {
    await me?.close();
    me = undefined;
  });

  describe('who may come in', () => {
    it("nobody without a name, with a wrong password, or with another scope's", async () => {
      const right = brokerPassword(deriveServiceKey(system.masterKey, 'identity'), 'sandbox');
      await (await logIn(system, { user: 'identity_sandbox', pass: right })).close();
      for (const credentials of [
        {},
        { user: 'identity_sandbox' },
        { user: 'identity_sandbox', pass: `${right}x` },
        { user: 'identity_production', pass: right },
        { user: 'tokens_sandbox', pass: right },
        { user: 'administrator', pass: right },
        { user: 'administrator' },
      ])
        await expect(logIn(system, credentials)).rejects.toThrow(/authorization violation/i);
    });

    it('nobody who has no business in a scope, and no app that is none of ours', async () => {
      // By now every app has business in each.
      expect(everyone.filter((speaker) => !hasBusiness(speaker))).toEqual([]);
      for (const scope of scopes)
        await expect(BrokerUser.logIn(system, 'billing' as App, scope)).rejects.toThrow(/authorization violation/i);
    });
  });

  describe.each(named(speakers))('$user', ({ app, scope }) => {
    const ownDurables = durables.filter(({ service, from }) => service === app && from === scope);

    it('fills the outcomes of its own environment, if it is notifications', async () => {
      const user = await as({ app, scope });
      const harmless = { 'Nats-Expected-Last-Sequence': '999999999' };
      const subjects = environments.map((environment) => outcomeSubject('spec.v1', environment));
      const through = await user.publishable(subjects, { data: '{}', headers: harmless });
      expect(through).toEqual(app === 'notifications' ? subjects.filter((subject) => subject.includes(scope)) : []);
    });

    it('tells only its own events, in its own scope', async () => {
      const own = eventSubjects.filter(
        (each) => each.definition.app === app && each.scope === scope && each.definition.scopes.includes(scope),
      );
      const user = await as({ app, scope });
      // JetStream would refuse it too, so nothing is stored where the broker lets it through.
      const harmless = { 'Nats-Expected-Last-Sequence': '999999999' };
      const through = await user.publishable(
        eventSubjects.map(({ subject }) => subject),
        { data: '{}', headers: harmless },
      );
      expect(through.sort()).toEqual(own.map(({ subject }) => subject).sort());
      for (const { subject } of own.slice(0, 1))
        expect((await user.request(subject, '{}', harmless))?.json()).toMatchObject({
          stream: streamName(scope),
          error: { description: expect.stringMatching(/wrong last sequence/) },
        });
    });

    it('asks only what it is listed to ask, in its own scope, and is answered', async () => {
      const own = rpcSubjects.filter(
        (each) => each.method.calledBy.includes(app) && each.scope === scope && each.method.scopes.includes(scope),
      );
      const user = await as({ app, scope });
      // Its deadline has passed: whoever receives it begins nothing.
      const through = await user.publishable(
        rpcSubjects.map(({ subject }) => subject),
        { data: '{}', headers: { 'Slipway-Context': stale(app) } },
      );
      expect(through.sort()).toEqual(own.map(({ subject }) => subject).sort());
      for (const { subject } of own.slice(0, 3))
        expect((await user.request(subject, '{}', { 'Slipway-Context': stale(app) }))?.json()).toMatchObject({
          code: 'unavailable',
        });
    });

    it('makes, changes, reads and empties no stream and no consumer', async () => {
      const user = await as({ app, scope });
      expect(await user.publishable(streamApi.map(publishable), { data: '{"broken' })).toEqual([]);
    });

    it('pulls and acknowledges its own durables only', async () => {
      const user = await as({ app, scope });
      const pulling = (list: typeof durables) => list.map(({ path }) => `$JS.API.CONSUMER.MSG.NEXT.${path}`);
      const others = durables.filter((each) => !ownDurables.includes(each));
      const ack = ({ path }: { path: string }) => `$JS.ACK.${path}.1.999999999.999999999.1.0`;
      expect(await user.publishable([...pulling(others), ...others.map(ack)], { data: '{"broken' })).toEqual([]);
      for (const { path, durable } of ownDurables) {
        expect((await user.request(`$JS.API.CONSUMER.INFO.${path}`))?.json()).toMatchObject({ name: durable });
        // Unreadable on purpose: a good one would take a message from the service.
        expect((await user.request(`$JS.API.CONSUMER.MSG.NEXT.${path}`, '{"broken'))?.headers?.code).toBe(400);
      }
    });

    it('replies to whoever may call it, where only its own replies are awaited', async () => {
      const user = await as({ app, scope });
      const callers = allRpcMethods
        .filter((method) => method.service === app && method.scopes.includes(scope))
        .flatMap(({ calledBy }) => calledBy);
      const prefixes = everyone.flatMap((caller) =>
        services.map((service) => ({
          isOwn: service === app && caller.scope === scope && callers.includes(caller.app),
          subject: `${replyPrefixOf(service, caller.app, caller.scope)}.x`,
        })),
      );
      expect(
        await user.publishable(
          prefixes.map(({ subject }) => subject),
          { data: '{}' },
        ),
      ).toEqual(prefixes.filter(({ isOwn }) => isOwn).map(({ subject }) => subject));
    });

    it('speaks to nobody uncalled', async () => {
      const user = await as({ app, scope });
      const subjects = [
        ...everyone.map((other) => `${replyPrefix(other.app, other.scope)}.x`),
        '_INBOX.x',
        '$SYS.REQ.SERVER.PING',
        'anything',
        ...(app === 'identity' ? environments.filter((each) => each !== scope) : environments).map((each) =>
          broadcastSubject(identity.tokensRevoked, each),
        ),
      ];
      expect(await user.publishable(subjects, { data: '{}' })).toEqual([]);
    });

    it('hears nothing that is not its own', async () => {
      const user = await as({ app, scope });
      const pushes = environments.map((each) => broadcastSubject(identity.tokensRevoked, each));
      const foreign = [
        ...rpcSubjects
          .filter((each) => each.method.service !== app || each.scope !== scope)
          .flatMap(({ method, subject }) => [{ subject }, { subject, queue: method.service }, { subject, queue: app }]),
        ...everyone
          .filter((other) => other.app !== app || other.scope !== scope)
          .flatMap((other) => [`${replyPrefix(other.app, other.scope)}.>`, `${replyPrefix(other.app, other.scope)}.*`])
          .map((subject) => ({ subject })),
        ...[
          '>',
          '*',
          '*.>',
          'rpc.>',
          `rpc.${scope}.>`,
          'events.>',
          `events.${scope}.>`,
          '_INBOX.>',
          '$JS.>',
          '$SYS.>',
          'broadcast.>',
        ].map((subject) => ({ subject })),
        ...eventSubjects.map(({ subject }) => ({ subject })),
        ...pushes
          .filter(
            (subject) =>
              app !== 'gateway' || scope === 'shared' || subject !== broadcastSubject(identity.tokensRevoked, scope),
          )
          .map((subject) => ({ subject })),
      ];
      expect(await user.subscribable(foreign)).toEqual([]);
    });

    it('hears its own replies, and what is called of it', async () => {
      const user = await as({ app, scope });
      const reply = `${replyPrefix(app, scope)}.${randomUUID()}`;
      // Nobody asks this one while the tests run: a real call must not end here.
      const quiet = services
        .filter((service) => service === app && scope === 'shared')
        .map((service) => ({
          subject: rpcSubject(platformMethods(service).listDeadLetters, 'shared'),
          queue: service,
        }));
      const subjects = [{ subject: reply }, ...quiet];
      expect(await user.subscribable(subjects)).toEqual(subjects.map(({ subject }) => subject));
    });
  });

  it('a caller cannot have a service speak where it may not itself: a reply goes to callers alone', async () => {
    const service = await BrokerUser.logIn(system, 'identity', 'shared');
    const caller = await BrokerUser.logIn(system, 'admin', 'shared');
    try {
      const subject = rpcSubject(platformMethods('identity').listDeadLetters, 'shared');
      const stream = streamName('shared');
      const given: string[] = [
        `${replyPrefixOf('identity', 'admin', 'shared')}.${randomUUID()}`,
        `${replyPrefixOf('tokens', 'admin', 'shared')}.${randomUUID()}`,
        `${replyPrefix('admin', 'shared')}.${randomUUID()}`,
        `$JS.API.STREAM.INFO.${stream}`,
        `$JS.API.STREAM.DELETE.NONE`,
        eventSubject(subscriptions.submissionApproved, 'shared'),
      ];
      const received = new Set<string>();
      service.connection.subscribe(subject, {
        queue: 'identity',
        callback: (_error, message) => void received.add(message.reply ?? ''),
      });
      await service.connection.flush();
      const call = headers();
      call.set('Slipway-Context', stale('admin'));
      await until('each call to be received', () => {
        for (const reply of given) caller.connection.publish(subject, '{}', { reply, headers: call });
        return Promise.resolve(received.size === given.length);
      });
      expect(await service.publishable(given, { data: '{"broken' })).toEqual(given.slice(0, 1));
    } finally {
      await Promise.all([service.close(), caller.close()]);
    }
  });

  it('what edges may ask is what people may do: they tell nothing but what no database stands behind, and own no durables', () => {
    for (const edge of edges) {
      expect(allEvents.filter(({ app, source }) => app === edge && source !== 'edge')).toEqual([]);
      expect(consumers.map(({ service }) => service)).not.toContain(edge);
    }
  });

  it('the broker holds exactly the streams and durables of the contracts', async () => {
    const found = await asBrokerAdministrator(system, async (_connection, manager) => {
      const names: string[] = [];
      for await (const stream of manager.streams.list()) {
        names.push(stream.config.name);
        // Without a durable name: whoever looks into the stream at this moment, such as another spec.
        for await (const { name, config } of manager.consumers.list(stream.config.name))
          if (config.durable_name !== undefined) names.push(`${stream.config.name}.${name}`);
      }
      return names;
    });
    const outcomes = environments.map(outcomeStreamName);
    expect(found.sort()).toEqual([...streams, ...outcomes, ...durables.map(({ path }) => path)].sort());
  });
});
