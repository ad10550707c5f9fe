import { NoRespondersError, type Msg, type NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '#libs/clock';
import { type SlipwayError, unavailable } from '#libs/errors';
import type { Repetitions } from './repetitions';
import type { ReplyAddress, Replies } from './replies';
import type { RequestContext } from './request-context';
import { contextHeaders, fromWire, isFailure, isReplayed, NotBegun, type WireError } from './wire';

export interface Sending {
  subject: string;
  replies: Replies;
  /** JSON. */
  request: string;
  context: RequestContext;
  /** Where and when it is asked again. */
  again?: { subject: string; afterMs: number; times: number };
}

/** What has come, but is only given where nothing better does; the first of these that is there. */
interface Spare {
  rank: 'replayed' | 'failed' | 'in progress';
  give: () => void;
}

/** For whoever does the work to answer, when another has already said that it is done: longer than the time fence. */
const betterReplyMs = 1_000;

/**
 * A call that travels alone. When no answer comes, all copies are asked again, and the first good answer wins, to
 * whichever question it is; what comes later is dropped (docs/adr/0027).
 */
export class LoneCall {
  private address: ReplyAddress | undefined;
  private readonly result: Promise<unknown>;
  private resolve!: (reply: unknown) => void;
  private reject!: (error: unknown) => void;
  private sent = 0;
  private repetitions = 0;
  private spare: Spare | undefined;
  private timers: NodeJS.Timeout[] = [];

  private constructor(
    private readonly connection: NatsConnection,
    private readonly sending: Sending,
    private readonly clock: Clock,
    private readonly ofAll: Repetitions,
  ) {
    this.result = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** @throws NoRespondersError and NotBegun: nothing has happened; unavailable: nobody knows */
  static async make(connection: NatsConnection, sending: Sending, clock: Clock, ofAll: Repetitions): Promise<unknown> {
    const call = new LoneCall(connection, sending, clock, ofAll);
    try {
      call.after(call.leftMs, () => call.giveUp());
      call.listen();
      call.send(sending.subject, 'one');
      call.sendAgainInTime();
      return await call.result;
    } finally {
      for (const timer of call.timers) clearTimeout(timer);
      call.address?.close();
      if (call.repetitions > 0) ofAll.over();
    }
  }

  private listen(): void {
    try {
      this.address = this.sending.replies.open((error, message) => {
        if (error) this.reject(unavailable(error));
        else this.receive(message);
      });
    } catch (error) {
      this.reject(unavailable(error));
    }
  }

  private get leftMs(): number {
    return Math.max(1, this.sending.context.deadline - this.clock.monotonic());
  }

  private after(ms: number, work: () => void): void {
    this.timers.push(setTimeout(work, ms));
  }

  private send(subject: string, of: 'one' | 'all'): void {
    this.sent += 1;
    try {
      this.connection.publish(subject, this.sending.request, {
        reply: `${this.address?.subject}.${of}`,
        headers: contextHeaders(this.sending.context, this.clock),
      });
    } catch (error) {
      this.reject(unavailable(error));
    }
  }

  private sendAgainInTime(): void {
    const { again } = this.sending;
    if (!again || this.repetitions >= again.times) return;
    this.after(again.afterMs, () => {
      if (this.repetitions === 0 && !this.ofAll.begin()) return;
      this.repetitions += 1;
      this.send(again.subject, 'all');
      this.sendAgainInTime();
    });
  }

  private receive(message: Msg): void {
    if (message.headers?.code === 503) return this.nobodyThere(message);
    try {
      if (isFailure(message)) this.fail(fromWire(message.json<WireError>()));
      else this.succeed(message.json(), isReplayed(message));
    } catch (error) {
      this.reject(unavailable(error));
    }
  }

  /** The copies of the release before do not hear what is for all: one of them is asked. */
  private nobodyThere({ subject }: Msg): void {
    if (subject === `${this.address?.subject}.all`) this.send(this.sending.subject, 'one');
    else if (this.sent === 1) this.reject(new NoRespondersError(this.sending.subject));
  }

  /** Sending once, the first answer is the answer. Later, whoever does the work may not have answered yet. */
  private succeed(reply: unknown, replayed: boolean): void {
    if (replayed && this.sent > 1) this.keep({ rank: 'replayed', give: () => this.resolve(reply) });
    else this.resolve(reply);
  }

  private fail(error: SlipwayError): void {
    const give = () => this.reject(error);
    if (this.sent === 1) give();
    else if (error.code === 'idempotency.in_progress') this.keep({ rank: 'in progress', give });
    else if (error.category === 'unavailable' || error.category === 'internal')
      this.keep({ rank: 'failed', give: error instanceof NotBegun ? () => this.reject(unavailable(error)) : give });
    else give();
  }

  private keep(spare: Spare): void {
    const ranks = ['in progress', 'failed', 'replayed'];
    if (this.spare && ranks.indexOf(spare.rank) <= ranks.indexOf(this.spare.rank)) return;
    this.spare = spare;
    if (spare.rank !== 'in progress') this.after(betterReplyMs, () => this.giveUp());
  }

  /** That our own first question is still being worked on is nothing to tell whoever asked. */
  private giveUp(): void {
    if (this.spare && this.spare.rank !== 'in progress') this.spare.give();
    else this.reject(unavailable(new Error(`no answer on ${this.sending.subject}`)));
  }
}
