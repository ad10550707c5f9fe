import {
  createInbox,
  headers,
  NoRespondersError,
  type Msg,
  type NatsConnection,
  type Subscription,
} from '@nats-io/transport-node';
import type { Clock } from '#libs/clock';
import { unavailable } from '#libs/errors';
import { Repetitions } from './repetitions';
import type { RequestContext } from './request-context';
import { batchHeader, batchItems, envelopeOf, fromWire, type BatchReplyItem } from './wire';

const itemsMax = 64;
const bytesMax = 256 * 1024;
const sweepMs = 50;
/** Bytes of an item beside its request: who asks, and how long it is of use. */
const envelopeBytes = 400;
/** Batches on the way without any answer yet; what is asked meanwhile gathers, so that load makes batches larger. */
const windowMax = 2;
/** What gathers never waits longer than this, whatever has become of the batches before. */
const holdMsMax = 4;

interface Waiting {
  id: number;
  subject: string;
  context: RequestContext;
  /** JSON. */
  request: string;
  /** Where it goes when nobody has answered by then (monotonic milliseconds). */
  again?: { subject: string; at: number };
  isRepeated: boolean;
  batch: number;
  resolve(reply: unknown): void;
  reject(error: unknown): void;
}

interface Outgoing {
  bytes: number;
  items: Waiting[];
}

/**
 * What is asked in one turn of the event loop travels as one message, and under load what is asked while earlier
 * batches are on their way. Replies come back by item as they finish, so nobody waits for a neighbour
 * (docs/adr/0007). A batch of one is sent the same way.
 */
export class BatchSender {
  private readonly replySubject: string;
  private readonly replies: Subscription;
  private readonly waiting = new Map<number, Waiting>();
  private readonly batchItems = new Map<number, number[]>();
  private readonly outgoing = new Map<string, Outgoing>();
  private readonly unanswered = new Set<number>();
  private readonly sweeper: NodeJS.Timeout;
  private readonly batchHeaders = headers();
  private nextItem = 1;
  private nextBatch = 1;
  private flushing = false;
  private held: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: NatsConnection,
    replyPrefix: string,
    private readonly clock: Clock,
    private readonly repetitions = new Repetitions(),
  ) {
    this.replySubject = createInbox(replyPrefix);
    this.batchHeaders.set(batchHeader, '1');
    this.replies = connection.subscribe(`${this.replySubject}.*`, {
      callback: (error, message) => {
        if (!error) this.receive(message);
      },
    });
    this.sweeper = setInterval(() => this.sweep(), sweepMs);
    this.sweeper.unref();
  }

  /** @param again what is done when no answer comes: whoever answers first wins */
  send(
    subject: string,
    request: unknown,
    context: RequestContext,
    again?: { subject: string; afterMs: number },
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const item: Waiting = {
        ...{
          id: this.nextItem++,
          subject,
          context,
          request: JSON.stringify(request),
          batch: 0,
          isRepeated: false,
          resolve,
          reject,
        },
        ...(again && { again: { subject: again.subject, at: this.clock.monotonic() + again.afterMs } }),
      };
      this.waiting.set(item.id, item);
      this.enqueue(item);
    });
  }

  close(): void {
    clearInterval(this.sweeper);
    clearTimeout(this.held);
    this.replies.unsubscribe();
    for (const id of [...this.waiting.keys()]) this.settle(id)?.reject(unavailable());
  }

  private enqueue(item: Waiting): void {
    const { subject } = item;
    const bytes = item.request.length + envelopeBytes;
    let batch = this.outgoing.get(subject);
    if (batch && (batch.items.length >= itemsMax || batch.bytes + bytes > bytesMax)) {
      this.publish(subject, batch.items);
      batch = undefined;
    }
    if (!batch) this.outgoing.set(subject, (batch = { bytes: 0, items: [] }));
    batch.bytes += bytes;
    batch.items.push(item);
    if (this.flushing) return;
    this.flushing = true;
    setImmediate(() => {
      this.flushing = false;
      this.flushOrHold();
    });
  }

  private flushOrHold(): void {
    if (this.unanswered.size < windowMax) this.flush();
    else this.held ??= setTimeout(() => this.flush(), holdMsMax);
  }

  private flush(): void {
    clearTimeout(this.held);
    this.held = undefined;
    for (const [subject, { items }] of this.outgoing) this.publish(subject, items);
  }

  private publish(subject: string, items: Waiting[]): void {
    this.outgoing.delete(subject);
    const number = this.nextBatch++;
    this.batchItems.set(
      number,
      items.map(({ id }) => id),
    );
    this.unanswered.add(number);
    for (const item of items) item.batch = number;
    try {
      this.transmit(subject, number, items);
    } catch (error) {
      for (const { id } of items) this.settle(id)?.reject(unavailable(error));
    }
  }

  /** The time that is left is that of the moment in which it leaves. */
  private transmit(subject: string, batch: number, items: readonly Waiting[]): void {
    const json = items.map(
      ({ id, context, request }) => `[${id},${JSON.stringify(envelopeOf(context, this.clock))},${request}]`,
    );
    this.connection.publish(subject, `[${json.join(',')}]`, {
      reply: `${this.replySubject}.${batch}`,
      headers: this.batchHeaders,
    });
  }

  /**
   * Under a number that is no batch: that nobody is there, as none of the release before is, says nothing of those who
   * were asked first.
   */
  private sendAgain(items: Waiting[]): void {
    const bySubject = new Map<string, Waiting[]>();
    for (const item of items) {
      const subject = item.again?.subject ?? item.subject;
      delete item.again;
      if (!this.repetitions.begin()) continue;
      item.isRepeated = true;
      const others = bySubject.get(subject);
      if (others) others.push(item);
      else bySubject.set(subject, [item]);
    }
    for (const [subject, others] of bySubject)
      for (let from = 0; from < others.length; from += itemsMax) {
        try {
          this.transmit(subject, 0, others.slice(from, from + itemsMax));
        } catch {
          // Whoever was asked first may still answer.
        }
      }
  }

  private receive(message: Msg): void {
    this.unanswered.delete(batchNumberOf(message));
    if (this.held) this.flushOrHold();
    if (message.headers?.code === 503) return this.nobodyThere(message);
    for (const reply of batchItems<BatchReplyItem>(message)) {
      const item = this.settle(reply[0]);
      if (!item) continue;
      if (reply[1] === 1) item.resolve(reply[2]);
      else item.reject(fromWire(reply[2]));
    }
  }

  private nobodyThere(message: Msg): void {
    // Of a copy: whoever is settled is taken out of the list, and a loop over it would pass over the next.
    for (const id of [...(this.batchItems.get(batchNumberOf(message)) ?? [])]) {
      const item = this.settle(id);
      item?.reject(new NoRespondersError(item.subject));
    }
  }

  private settle(id: number): Waiting | undefined {
    const item = this.waiting.get(id);
    if (!item) return undefined;
    this.waiting.delete(id);
    if (item.isRepeated) this.repetitions.over();
    const ids = this.batchItems.get(item.batch);
    // The batch is forgotten with its last item; ids are few, and most are answered in order.
    if (ids) {
      const at = ids.indexOf(id);
      if (at >= 0) ids.splice(at, 1);
      if (ids.length === 0) {
        this.batchItems.delete(item.batch);
        this.unanswered.delete(item.batch);
      }
    }
    return item;
  }

  private sweep(): void {
    const now = this.clock.monotonic();
    const again: Waiting[] = [];
    for (const [id, item] of this.waiting) {
      if (item.context.deadline <= now) this.settle(id)?.reject(unavailable(new Error(`no answer on ${item.subject}`)));
      else if (item.again && item.again.at <= now) again.push(item);
    }
    if (again.length > 0) this.sendAgain(again);
  }
}

const batchNumberOf = ({ subject }: Msg): number => Number(subject.slice(subject.lastIndexOf('.') + 1));
