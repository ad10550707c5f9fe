import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { jetstream, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import { Connections } from '#libs/broker';
import { Latch } from '#libs/clock';
import { environments, notifications, outcomeStreamName, outcomeSubject, type Environment } from '#libs/contracts';
import { Database } from '#libs/database';
import { Stalls } from '#libs/events';
import { NotificationsConfig } from '../config';
import { publicCloudEvent } from '../domain/public-body';
import { endOfFeed, partOfFeed } from '../storage/feeds.repository';
import { Feed } from './feed';

const pollMs = 1_000;
const batchMax = 200;
/** How often is looked whether the stream is still what it was: it can be made again. */
const lookMs = 5_000;
const afterFaultMs = 1_000;
/** The stream is not where it was thought to be: another copy fills it. */
const wrongLastSequenceCode = 10071;

/**
 * B52: fills the stream by which systems of the provider's follow, from the feed of everybody's (docs/adr/0038). The
 * sequence of an event in the stream is its cursor, and the broker takes each only behind the one before it: so copies of
 * this service need not agree who does it, nothing is there twice, and whatever the broker loses is filled again.
 */
@Injectable()
export class OutcomeStream implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new Latch();
  private readonly woken: Record<Environment, Latch> = { sandbox: new Latch(), production: new Latch() };
  private loops: Promise<void>[] = [];

  constructor(
    private readonly database: Database,
    private readonly connections: Connections,
    private readonly feed: Feed,
    private readonly stalls: Stalls,
    @Inject(NotificationsConfig) private readonly config: NotificationsConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.feed.onFed((environment) => this.woken[environment].raise());
    this.loops = environments.map((environment) => this.keepFilling(environment));
  }

  /** While database and connections are there. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.raise();
    for (const environment of environments) this.woken[environment].raise();
    await Promise.all(this.loops);
  }

  private async keepFilling(environment: Environment): Promise<void> {
    const what = `stream of outcomes of ${environment}`;
    while (!this.stopping.raised) {
      try {
        await this.fillWhileItIsTheSame(environment, () => this.stalls.goOn(what));
      } catch (error) {
        if (!this.stopping.raised) this.stalls.stall(what, error);
        await this.stopping.within(afterFaultMs);
      }
    }
  }

  /** From where the stream is, for a while; then it is looked where it is by now. */
  private async fillWhileItIsTheSame(environment: Environment, goOn: () => void): Promise<void> {
    let position = await this.positionOf(environment);
    goOn();
    for (let idleMs = 0; idleMs < lookMs && !this.stopping.raised; idleMs += pollMs) {
      this.woken[environment].lower();
      position = await this.fill(environment, position);
      await this.woken[environment].within(pollMs);
    }
  }

  private async positionOf(environment: Environment): Promise<number> {
    const manager = await jetstreamManager(this.connections.of(environment), { checkAPI: false });
    return (await manager.streams.info(outcomeStreamName(environment))).state.last_seq;
  }

  /** @returns where the stream is then */
  private async fill(environment: Environment, from: number): Promise<number> {
    let position = from;
    while (!this.stopping.raised) {
      const end = await this.endOf(environment);
      if (position > end) throw ahead(position, end);
      const events = position < end ? await this.after(environment, position) : [];
      const [first] = events;
      if (!first) break;
      if (first.cursor !== position + 1) throw gap(position, first.cursor);
      const isTaken = await this.publish(environment, events);
      position = isTaken ? position + events.length : await this.positionOf(environment);
    }
    return position;
  }

  private endOf(environment: Environment): Promise<number> {
    return this.database.reading(environment, (manager) => endOfFeed(manager, environment, notifications.everyone));
  }

  private async after(environment: Environment, position: number): Promise<notifications.PublicCloudEvent[]> {
    const { events } = await this.database.reading(environment, (manager) =>
      partOfFeed(manager, environment, { partnerId: notifications.everyone }, position, batchMax),
    );
    return events.map((event) => publicCloudEvent(event, environment, this.config.SLIPWAY_PUBLIC_URL));
  }

  /** All at once; the broker takes them in their order, and none behind one that it has not taken. @returns whether it has all */
  private async publish(environment: Environment, events: notifications.PublicCloudEvent[]): Promise<boolean> {
    const stream = jetstream(this.connections.of(environment), { timeout: 3_000 });
    const streamName = outcomeStreamName(environment);
    const published = await Promise.allSettled(
      events.map((event) =>
        stream.publish(outcomeSubject(event.type, environment), JSON.stringify(event), {
          expect: { streamName, lastSequence: event.cursor - 1 },
        }),
      ),
    );
    const refused = published.find((result) => result.status === 'rejected');
    if (!refused) return true;
    if (refused.reason instanceof JetStreamApiError && refused.reason.code === wrongLastSequenceCode) return false;
    throw refused.reason;
  }
}

const ahead = (position: number, end: number) =>
  new Error(`the stream is at ${position}, and the feed ends at ${end}: it is to be deleted, and is made again`);

const gap = (position: number, next: number) =>
  new Error(`the stream is at ${position}, and what is kept begins at ${next}: it is to be deleted, and is made again`);
