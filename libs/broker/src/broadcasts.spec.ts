import { randomInt } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import { pino } from 'pino';
import { broadcastSubject, identity, type App, type BroadcastData, type Environment } from '#libs/contracts';
import { deriveServiceKey } from '#libs/crypto';
import { BrokerLink, specSystem, until } from '#libs/testing';
import { Broadcasts } from './broadcasts';
import { Connections } from './connections';

const environment: Environment = 'sandbox';
const subject = broadcastSubject(identity.tokensRevoked, environment);

type Announced = BroadcastData<typeof identity.tokensRevoked>;

/** Of this test alone: all of them share one broker. */
const anAnnouncement = (): Announced => ({ epoch: randomInt(2 ** 47), latest: [] });

/** One copy of an app, with its own user on a real broker, and what it has logged. */
class Copy {
  readonly logged: string[] = [];
  private readonly log = pino({ level: 'warn' }, { write: (line: string) => this.logged.push(line) });
  readonly taken: Announced[] = [];
  broadcasts!: Broadcasts;
  connections!: Connections;

  static async of(app: App, servers: string): Promise<Copy> {
    const copy = new Copy();
    const serviceKey = deriveServiceKey(specSystem().masterKey, app);
    copy.connections = await Connections.open(
      { app, serviceKey, servers, scopes: ['sandbox', 'production'] },
      copy.log,
    );
    copy.broadcasts = new Broadcasts(copy.connections, copy.log);
    return copy;
  }

  get connection(): NatsConnection {
    return this.connections.evenWhileAway(environment);
  }

  async receive(): Promise<this> {
    this.broadcasts.receive(identity.tokensRevoked, environment, (announced) => this.taken.push(announced));
    await this.connection.flush();
    return this;
  }

  async hasTaken(...announced: Announced[]): Promise<void> {
    await until('the broadcast', () => Promise.resolve(this.taken.some((one) => isSame(one, announced.at(-1)))));
    expect(this.taken).toEqual(announced);
  }

  isUp(up: boolean) {
    return until('the connection', () => Promise.resolve(this.connections.isUp() === up));
  }
}

const isSame = (one: Announced, other?: Announced) => one.epoch === other?.epoch;

/** `identity` sends, every copy of `gateway` receives. */
describe('a broadcast', () => {
  const direct = () => `nats://${new URL(specSystem().natsUrl).host}`;
  const copies: Copy[] = [];
  let link: BrokerLink;
  let sender: Copy;

  const open = async (app: App, servers = direct()) => {
    const copy = await Copy.of(app, servers);
    copies.push(copy);
    return copy;
  };
  const receiver = async (servers = direct()) => (await open('gateway', servers)).receive();
  const send = (announced: Announced) => {
    sender.broadcasts.send(identity.tokensRevoked, environment, announced);
    return announced;
  };

  beforeEach(async () => {
    link = await BrokerLink.to(specSystem().natsUrl);
    sender = await open('identity');
  });
  afterEach(async () => {
    await Promise.all(copies.splice(0).map(({ connections }) => connections.onApplicationShutdown()));
    await link.cut();
  });

  describe('is received', () => {
    it('by every copy, each once', async () => {
      const receivers = [await receiver(), await receiver(), await receiver()];
      const [first, second] = [send(anAnnouncement()), send(anAnnouncement())];
      for (const each of receivers) await each.hasTaken(first, second);
    });

    it('by everybody in one process who takes it', async () => {
      const copy = await receiver();
      await copy.receive();
      const one = send(anAnnouncement());
      await copy.hasTaken(one, one);
    });

    it('in its own environment alone', async () => {
      const copy = await receiver();
      sender.broadcasts.send(identity.tokensRevoked, 'production', anAnnouncement());
      await sender.connections.of('production').flush();
      await copy.hasTaken(send(anAnnouncement()));
    });
  });

  describe('that is malformed', () => {
    it.each([
      ['no JSON', '{'],
      ['nothing at all', ''],
      ['null', 'null'],
      ['of another shape', JSON.stringify({ epochs: 1 })],
      ['out of bounds', JSON.stringify({ epoch: -1, latest: [] })],
    ])('%s: it is logged and dropped, and the next is taken', async (_what, payload) => {
      const copy = await receiver();
      sender.connection.publish(subject, payload);
      await copy.hasTaken(send(anAnnouncement()));
      expect(copy.logged).toHaveLength(1);
      expect(JSON.parse(copy.logged[0] ?? '')).toMatchObject({ msg: 'broadcast dropped', subject });
    });

    it('by what nobody has agreed on: that part is not handed over', async () => {
      const copy = await receiver();
      const announced = anAnnouncement();
      sender.connection.publish(subject, JSON.stringify({ ...announced, more: true }));
      await copy.hasTaken(announced);
    });

    it('for its receiver, who throws: it is logged, and the next is taken', async () => {
      const copy = await receiver();
      copy.broadcasts.receive(identity.tokensRevoked, environment, () => {
        throw new Error('cannot take it');
      });
      await copy.connection.flush();
      await copy.hasTaken(send(anAnnouncement()), send(anAnnouncement()));
      expect(copy.logged).toHaveLength(2);
      expect(copy.logged[0]).toContain('cannot take it');
    });
  });

  describe('of somebody who may not', () => {
    it.each(['gateway', 'tokens', 'subscriptions'] as const)('%s cannot send it', async (app) => {
      const copy = await receiver();
      const stranger = await open(app);
      stranger.broadcasts.send(identity.tokensRevoked, environment, anAnnouncement());
      await stranger.connection.flush();
      await copy.hasTaken(send(anAnnouncement()));
      await until('the refusal to be logged', () =>
        Promise.resolve(
          stranger.logged.find((line) => line.includes(`Permissions Violation for Publish to \\"${subject}`)),
        ),
      );
    });

    it.each(['identity', 'subscriptions', 'tokens'] as const)('%s cannot receive it', async (app) => {
      const [copy, stranger] = [await receiver(), await open(app)];
      await stranger.receive();
      await copy.hasTaken(send(anAnnouncement()));
      await stranger.connection.flush();
      expect(stranger.taken).toEqual([]);
      expect(stranger.logged.join()).toContain('broadcast dropped');
    });
  });

  describe('when the broker goes away', () => {
    it('is not sent, and whoever sends it does not fail', async () => {
      const away = await open('identity', link.url);
      const copy = await receiver();
      await link.cut();
      await away.isUp(false);
      away.broadcasts.send(identity.tokensRevoked, environment, anAnnouncement());
      expect(away.logged.at(-1)).toContain('broadcast not sent');
      await link.restore();
      await away.isUp(true);
      const next = anAnnouncement();
      away.broadcasts.send(identity.tokensRevoked, environment, next);
      await copy.hasTaken(next);
    });

    it('is received again when it is back; what was sent meanwhile is not', async () => {
      const [copy, other] = [await receiver(link.url), await receiver()];
      await link.cut();
      await copy.isUp(false);
      await other.hasTaken(send(anAnnouncement()));
      await link.restore();
      await copy.isUp(true);
      await copy.connection.flush();
      await copy.hasTaken(send(anAnnouncement()));
    });

    it('can be waited for while it is still away', async () => {
      const copy = await open('gateway', link.url);
      await link.cut();
      await copy.isUp(false);
      copy.broadcasts.receive(identity.tokensRevoked, environment, (announced) => copy.taken.push(announced));
      await link.restore();
      await copy.isUp(true);
      await copy.connection.flush();
      await copy.hasTaken(send(anAnnouncement()));
    });
  });
});
