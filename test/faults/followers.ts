import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { jetstream } from '@nats-io/jetstream';
import { Webhook as Verifier } from 'standardwebhooks';
import { outcomeStreamName, type notifications, type OutcomeConsumer } from '#libs/contracts';
import { expectStatus, type PartnerAccount, type RunningSystem } from '#libs/testing';
import type { outcomeLogin } from '../../deploy/setup/broker-config';
import { loadScript } from '../support/checkout';
import { EventStream } from '../support/event-stream';
import type { Draws } from '../support/seeded';
import { PatientClient } from './patient-client';

/** An event as a program outside has come to know of it. */
export interface Seen {
  eventId: string;
  type: string;
  submissionId: string;
  /** The very bytes. */
  body: string;
}

/** A program that follows what happens, in one way or another. */
export interface Follower {
  /** Begins. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** When nothing is broken any more: what its owner does, so that it comes to know of all there was. */
  catchUp(): Promise<void>;
  /** In the order in which it came, as often as it came. */
  seen(): Seen[];
}

const seenOf = (event: notifications.PublicCloudEvent): Seen => ({
  ...{ eventId: event.id, type: event.type, submissionId: String(event.data['submissionId']) },
  body: JSON.stringify(event),
});

/** Off while things break. Then it asks for everything, page by page, and for what comes. */
export class FeedFollower implements Follower {
  private readonly came: notifications.PublicCloudEvent[] = [];
  private readonly owner: PatientClient;
  private after = 0;

  constructor(
    system: RunningSystem,
    private readonly session: string,
    private readonly events: string[],
    private readonly path = '/v1/events',
    baseUrl = system.gatewayUrl,
  ) {
    this.owner = new PatientClient(baseUrl);
  }

  start = (): Promise<void> => Promise.resolve();
  stop = (): Promise<void> => Promise.resolve();

  async catchUp(): Promise<void> {
    for (let more = true; more;) {
      const page = `${this.path}?after=${this.after}&limit=20`;
      const part = expectStatus(await this.owner.get(page, { session: this.session }), 200)
        .body as notifications.FeedPart;
      this.came.push(...part.items);
      this.after = part.nextCursor;
      more = part.more;
    }
  }

  seen = (): Seen[] => this.came.filter(({ type }) => this.events.includes(type)).map(seenOf);
}

/** Off while things break. Then a stream of server-sent events, from the beginning. */
export class StreamFollower implements Follower {
  private stream: EventStream | undefined;

  constructor(
    private readonly system: RunningSystem,
    private readonly session: string,
    private readonly events: string[],
  ) {}

  start = (): Promise<void> => Promise.resolve();

  stop(): Promise<void> {
    this.stream?.close();
    return Promise.resolve();
  }

  catchUp(): Promise<void> {
    const url = `${this.system.gatewayUrl}/v1/notifications/stream?after=0`;
    this.stream ??= new EventStream(url, { authorization: `Bearer ${this.session}` });
    return Promise.resolve();
  }

  seen = (): Seen[] => (this.stream?.events ?? []).filter(({ type }) => this.events.includes(type)).map(seenOf);
}

/** A system of the provider's, with a durable of its own in the broker. Off while things break. */
export class OutcomeFollower implements Follower {
  private readonly came: notifications.PublicCloudEvent[] = [];
  private connection: NatsConnection | undefined;

  constructor(
    private readonly system: RunningSystem,
    private readonly consumer: OutcomeConsumer,
    private readonly events: string[],
  ) {}

  async start(): Promise<void> {
    const { addOutcomeConsumer } = await loadScript<{
      addOutcomeConsumer(dataDir: string, consumer: string): void;
    }>('deploy', 'embedded', 'outcome-consumers.mjs');
    addOutcomeConsumer(this.system.dataDir, `${this.consumer.name}@${this.consumer.environment}`);
  }

  async stop(): Promise<void> {
    await this.connection?.close();
  }

  async catchUp(): Promise<void> {
    if (this.connection) return;
    const { outcomeLogin: loginOf } = await loadScript<{ outcomeLogin: typeof outcomeLogin }>(
      ...['dist', 'deploy', 'setup', 'index.js'],
    );
    const login = loginOf(this.consumer, this.system.masterKey);
    const servers = new URL(this.system.natsUrl).host;
    this.connection = await connect({ servers, ...login, inboxPrefix: `_INBOX_${login.user}` });
    const stream = outcomeStreamName(this.consumer.environment);
    const messages = await (await jetstream(this.connection).consumers.get(stream, this.consumer.name)).consume();
    void (async () => {
      for await (const message of messages) {
        this.came.push(message.json());
        message.ack();
      }
    })();
  }

  seen = (): Seen[] => this.came.filter(({ type }) => this.events.includes(type)).map(seenOf);
}

type Reply = 'accepts' | 'refuses' | 'says nothing' | 'cuts' | 'cuts though it has it';
const moods: readonly Reply[] = [
  ...Array<Reply>(6).fill('accepts'),
  ...Array<Reply>(3).fill('refuses'),
  ...(['cuts', 'cuts', 'cuts though it has it', 'cuts though it has it', 'says nothing'] as const),
];

/** A server that a webhook leads to. Until it is told to be kind it does what servers do that are in trouble. */
export class WebhookFollower implements Follower {
  readonly unverified: string[] = [];
  readonly replies: Partial<Record<Reply, number>> = {};
  replays = 0;
  private readonly came: Seen[] = [];
  private readonly taken: Seen[] = [];
  private readonly owner: PatientClient;
  private server: Server | undefined;
  private webhook: { id: string; secret: string } | undefined;
  private isKind = false;

  constructor(
    system: RunningSystem,
    readonly account: PartnerAccount,
    private readonly events: string[],
    private readonly draws: Draws,
  ) {
    this.owner = new PatientClient(system.gatewayUrl);
  }

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('error', () => undefined);
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => this.take(request.headers, Buffer.concat(chunks).toString(), response));
    });
    await new Promise<void>((listening) => this.server?.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
    const body = { url, events: this.events };
    const { session } = this.account;
    this.webhook = (await this.owner.write('POST', '/v1/webhooks', { session, body })).body;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((closed) => this.server?.close(closed) ?? closed(undefined));
  }

  seen = (): Seen[] => this.came;

  /** What it has answered 200 for. */
  accepted = (): Seen[] => this.taken;

  /** The server works again, and its owner does not wait for the hours until it is tried again. */
  async catchUp(): Promise<void> {
    this.isKind = true;
    this.server?.closeAllConnections();
    const { session } = this.account;
    const deliveries = `/v1/webhooks/${this.webhook?.id}/deliveries`;
    const page = await this.owner.get(`${deliveries}?state=waiting&limit=200`, { session });
    const waiting = expectStatus(page, 200).body.items as { id: string; nextAttemptAt: string | null }[];
    for (const { id, nextAttemptAt } of waiting)
      if (Date.parse(nextAttemptAt ?? '') > Date.now()) {
        this.replays += 1;
        await this.owner.write('POST', `${deliveries}/${id}/replay`, { session });
      }
  }

  private take(headers: IncomingHttpHeaders, body: string, response: ServerResponse): void {
    const eventId = String(headers['webhook-id']);
    this.verify(eventId, headers, body);
    const { type, data } = JSON.parse(body);
    const seen = { eventId, type, submissionId: data.submissionId, body };
    this.came.push(seen);
    const reply = this.isKind ? 'accepts' : (moods[this.draws.below(moods.length)] ?? 'accepts');
    this.replies[reply] = (this.replies[reply] ?? 0) + 1;
    if (reply === 'accepts') this.taken.push(seen);
    if (reply === 'accepts') response.writeHead(200).end('thanks');
    if (reply === 'refuses') response.writeHead(500).end('not now');
    if (reply.startsWith('cuts')) response.socket?.resetAndDestroy();
  }

  private verify(eventId: string, headers: IncomingHttpHeaders, body: string): void {
    try {
      new Verifier(this.webhook?.secret ?? '').verify(body, {
        'webhook-id': eventId,
        'webhook-timestamp': String(headers['webhook-timestamp']),
        'webhook-signature': String(headers['webhook-signature']),
      });
    } catch (error) {
      this.unverified.push(`${eventId}: ${String(error)}`);
    }
  }
}
