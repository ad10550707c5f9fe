import { Readable } from 'node:stream';
import { Inject, Injectable, StreamableFile, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Clock } from '#libs/clock';
import type { notifications } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { LOGGER, type Logger } from '#libs/observability';
import { FeedWatch, type News, type WatchedFeed } from './feed-watch';

/** Somebody who follows a feed. */
export interface Follower {
  feed: WatchedFeed;
  /** Whose connections count together against the bound: an account, or one of the staff. */
  follower: string;
  /** Reads on, as whoever they are at that moment. @throws where they may no longer */
  read: (from: From) => Promise<notifications.FeedPart>;
}

interface From {
  after?: number;
  limit: number;
  begin: 'oldest' | 'end';
}

/** Held open for somebody. */
interface Connection {
  follower: string;
  news: News;
  isOver: boolean;
}

/** How often a stream is looked after of which there is no news: whether its reader may still follow, and something is seen on it. */
const lookMs = 10_000;
/** The same of who waits for a reply: hints get lost. */
const pollMs = 3_000;
/** What a browser waits for until it connects again. */
const retryMs = 2_000;
const limitOfStream = 200;
/** Longer than the looks, which are seen on the connection. */
const silenceMs = 3 * lookMs;

/** On one copy of an edge: each is held open, and read for now and then. */
const connectionsMax = { perFollower: 32, altogether: 4_000 };

/** B52: whoever follows a feed, by requests that wait for news, or by a stream of server-sent events. */
@Injectable()
export class Following implements BeforeApplicationShutdown {
  private readonly open = new Set<Connection>();
  private readonly perFollower = new Map<string, number>();
  private isEnding = false;

  constructor(
    private readonly watch: FeedWatch,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Before connections are closed: whoever waits gets a reply, and goes on at another copy from there. */
  beforeApplicationShutdown(): void {
    this.isEnding = true;
    for (const connection of this.open) this.end(connection);
  }

  /** What there is, or what comes within that time. */
  async wait(
    follower: Follower,
    { after, limit, waitSeconds }: { after?: number; limit: number; waitSeconds: number },
    reply: FastifyReply,
  ): Promise<notifications.FeedPart> {
    const until = this.clock.monotonic() + waitSeconds * 1_000;
    const connection = this.begin(follower, reply, waitSeconds * 1_000 + silenceMs);
    try {
      for (;;) {
        connection.news.latch.lower();
        const part = await follower.read({ after, limit, begin: 'oldest' });
        const leftMs = until - this.clock.monotonic();
        if (part.items.length > 0 || leftMs <= 0 || connection.isOver) return part;
        await connection.news.latch.within(Math.min(leftMs, pollMs));
      }
    } finally {
      this.end(connection);
    }
  }

  /** @param after the `id` that was read last; from now on, where there is none */
  async stream(follower: Follower, after: number | undefined, reply: FastifyReply): Promise<StreamableFile> {
    const connection = this.begin(follower, reply, silenceMs);
    try {
      // Whatever is refused is a reply of its own.
      connection.news.latch.lower();
      const first = await follower.read({ after, limit: limitOfStream, begin: 'end' });
      void reply.header('x-accel-buffering', 'no');
      const chunks = this.chunks(follower, connection, first);
      return new StreamableFile(Readable.from(chunks), { type: 'text/event-stream; charset=utf-8' });
    } catch (error) {
      this.end(connection);
      throw error;
    }
  }

  private async *chunks(
    follower: Follower,
    connection: Connection,
    first: notifications.FeedPart,
  ): AsyncGenerator<string> {
    const { latch } = connection.news;
    try {
      yield `retry: ${retryMs}\n\n`;
      let part = first;
      for (;;) {
        // Where there is nothing, its place is all the same something that is seen on the connection.
        yield part.items.map(messageOf).join('') + placeOf(part.nextCursor);
        if (!part.more && !connection.isOver) await latch.within(lookMs);
        if (connection.isOver) return;
        latch.lower();
        part = await follower.read({ after: part.nextCursor, limit: limitOfStream, begin: 'end' });
      }
    } catch (error) {
      // Whoever follows connects again, from where they are, and is told then what is wrong.
      this.logger.debug({ err: error }, 'a stream of events has ended');
    } finally {
      this.end(connection);
    }
  }

  private begin({ feed, follower }: Follower, reply: FastifyReply, silence: number): Connection {
    const ofFollower = this.perFollower.get(follower) ?? 0;
    if (ofFollower >= connectionsMax.perFollower || this.open.size >= connectionsMax.altogether) throw tooMany();
    const connection = { follower, news: this.watch.watch(feed), isOver: this.isEnding };
    this.perFollower.set(follower, ofFollower + 1);
    this.open.add(connection);
    reply.raw.once('close', () => this.end(connection));
    reply.request.raw.socket.setTimeout(silence);
    return connection;
  }

  private end(connection: Connection): void {
    connection.isOver = true;
    connection.news.forget();
    connection.news.latch.raise();
    if (!this.open.delete(connection)) return;
    const others = (this.perFollower.get(connection.follower) ?? 1) - 1;
    if (others > 0) this.perFollower.set(connection.follower, others);
    else this.perFollower.delete(connection.follower);
  }
}

/** Its type is in the data: with `event:` a browser would have to name each that it wants. */
const messageOf = (event: notifications.PublicCloudEvent): string =>
  `id: ${event.cursor}\ndata: ${JSON.stringify(event)}\n\n`;

/** Without data it is no event, and moves the `Last-Event-ID` all the same. */
const placeOf = (cursor: number): string => `id: ${cursor}\n\n`;

const tooMany = () =>
  new SlipwayError('too_many_followers', 'There are too many connections that follow events. Close one first.');
