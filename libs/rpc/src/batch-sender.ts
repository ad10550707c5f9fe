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
import type { RequestContext } from './request-context';
import { batchHeader, batchItems, fromWire, pickEnvelope, type BatchReplyItem, type BatchRequestItem } from './wire';

const itemsMax = 64;
const bytesMax = 256 * 1024;
const sweepMs = 100;
/** Batches on the way without any answer yet; what is asked meanwhile gathers, so that load makes batches larger. */
const windowMax = 2;
/** What gathers never waits longer than this, whatever has become of the batches before. */
const holdMsMax = 4;

interface Waiting {
  subject: string;
  deadline: number;
  batch: number;
  resolve(reply: unknown): void;
  reject(error: unknown): void;
}

interface Outgoing {
  count: number;
  bytes: number;
  ids: number[];
  json: string[];
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

  send(subject: string, request: unknown, context: RequestContext): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = this.nextItem++;
      const item: BatchRequestItem = [id, pickEnvelope(context), request];
      this.waiting.set(id, { subject, deadline: context.deadline, batch: 0, resolve, reject });
      this.enqueue(subject, id, JSON.stringify(item));
    });
  }

  close(): void {
    clearInterval(this.sweeper);
    clearTimeout(this.held);
    this.replies.unsubscribe();
    for (const id of [...this.waiting.keys()]) this.settle(id)?.reject(unavailable());
  }

  private enqueue(subject: string, id: number, json: string): void {
    let batch = this.outgoing.get(subject);
    if (batch && (batch.count >= itemsMax || batch.bytes + json.length > bytesMax)) {
      this.publish(subject, batch);
      batch = undefined;
    }
    if (!batch) this.outgoing.set(subject, (batch = { count: 0, bytes: 0, ids: [], json: [] }));
    batch.count += 1;
    batch.bytes += json.length;
    batch.ids.push(id);
    batch.json.push(json);
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
    for (const [subject, batch] of this.outgoing) this.publish(subject, batch);
  }

  private publish(subject: string, batch: Outgoing): void {
    this.outgoing.delete(subject);
    const number = this.nextBatch++;
    this.batchItems.set(number, batch.ids);
    this.unanswered.add(number);
    for (const id of batch.ids) {
      const item = this.waiting.get(id);
      if (item) item.batch = number;
    }
    try {
      this.connection.publish(subject, `[${batch.json.join(',')}]`, {
        reply: `${this.replySubject}.${number}`,
        headers: this.batchHeaders,
      });
    } catch (error) {
      for (const id of [...batch.ids]) this.settle(id)?.reject(unavailable(error));
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
    const now = this.clock.now();
    for (const [id, item] of this.waiting) {
      if (item.deadline <= now) this.settle(id)?.reject(unavailable(new Error(`no answer on ${item.subject}`)));
    }
  }
}

const batchNumberOf = ({ subject }: Msg): number => Number(subject.slice(subject.lastIndexOf('.') + 1));
