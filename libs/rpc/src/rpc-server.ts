import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { Msg, MsgHdrs, Subscription } from '@nats-io/transport-node';
import type { Connections } from '#libs/broker';
import type { Clock } from '#libs/clock';
import {
  fenceMs,
  replyPrefixOf,
  rpcMethodsOf,
  rpcSubject,
  rpcSubjectOfAll,
  scopesOf,
  type Service,
} from '#libs/contracts';
import { toSlipwayError, type SlipwayError } from '#libs/errors';
import { metrics, type Logger } from '#libs/observability';
import { dispatch, type Route } from './dispatch';
import { Pauses } from './pauses';
import {
  batchHeader,
  batchItems,
  contextFrom,
  errorHeaders,
  NotBegun,
  replayedHeaders,
  toWire,
  type BatchReplyItem,
} from './wire';

/** How long what has begun may take when the service stops; a command that ends tokens waits for the fence. */
const lastRepliesMs = fenceMs + 1_500;

/** Not checked yet. */
type ReceivedItem = [id: number, envelope: { traceId?: string } | null | undefined, request: unknown];

/**
 * The transport behind `@RpcHandler`: subscribes each subject on the connection of its scope, in the service's queue
 * group, so that of many copies one answers. Single messages and batches reach the same handlers, one request each.
 */
export class RpcServer extends Server implements CustomTransportStrategy {
  private readonly pauses: Pauses;
  private readonly subscriptions: Subscription[] = [];
  /** Requests that have no reply yet, those of batches one by one. */
  private underWay = 0;
  private onceIdle: (() => void) | undefined;

  constructor(
    private readonly service: Service,
    private readonly connections: Connections,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {
    super();
    this.pauses = new Pauses(connections, scopesOf(service), clock);
  }

  /** @throws Error when a method of the contract has no handler: such a service must not start. */
  listen(callback: () => void): void {
    const missing: string[] = [];
    for (const method of rpcMethodsOf(this.service)) {
      for (const scope of method.scopes) {
        const subject = rpcSubject(method, scope);
        const handler = this.getHandlerByPattern(subject);
        if (handler) this.subscribe({ method, scope, subject, handler });
        else missing.push(subject);
      }
    }
    if (missing.length > 0) throw new Error(`${this.service} has no handler for: ${missing.join(', ')}`);
    callback();
  }

  /**
   * Takes nothing more, so that another copy of the queue group is given it, and answers what it has taken. Everything
   * that the handlers need is still there: Nest ends the rest after this.
   */
  async close(): Promise<void> {
    const drained = Promise.allSettled(this.subscriptions.splice(0).map((subscription) => subscription.drain()));
    // A connection without its broker does not drain.
    await atMost(
      lastRepliesMs,
      drained.then(() => this.idle()),
    );
    this.pauses.close();
  }

  private idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.underWay === 0) resolve();
      else this.onceIdle = resolve;
    });
  }

  private settle(requests: number): void {
    this.underWay -= requests;
    if (this.underWay === 0) this.onceIdle?.();
  }

  on(): void {
    throw new Error('This transport has no events of its own.');
  }

  unwrap<T>(): T {
    return this.connections as T;
  }

  /**
   * A caller names the subject of the reply. The broker lets a service publish more than replies (its events, its own
   * calls, what its durables pull), and none of that must anybody else have it say.
   */
  private subscribe(route: Route): void {
    this.listenTo(route, route.subject, this.service);
    if (route.method.again !== 'never') this.listenTo(route, rpcSubjectOfAll(route.method, route.scope));
  }

  /** @param queue of the copies, one hears; without it, all do */
  private listenTo(route: Route, subject: string, queue?: Service): void {
    const callers = route.method.calledBy.map((app) => `${replyPrefixOf(this.service, app, route.scope)}.`);
    const subscription = this.connections.evenWhileAway(route.scope).subscribe(subject, {
      ...(queue && { queue }),
      callback: (error, message) => {
        if (error) return this.log.error({ err: error, subject }, 'subscription failed');
        if (!callers.some((prefix) => message.reply?.startsWith(prefix)))
          return this.log.warn({ subject: route.subject, reply: message.reply }, 'a call whose reply is for no caller');
        const arrivedAt = this.pauses.arrivedAt(route.scope);
        if (message.headers?.has(batchHeader)) this.handleBatch(route, message, arrivedAt);
        else void this.handleOne(route, message, arrivedAt);
      },
    });
    this.subscriptions.push(subscription);
  }

  private async handleOne(route: Route, message: Msg, arrivedAt: number): Promise<void> {
    this.underWay += 1;
    try {
      const { reply, replayed } = await this.observed(route, () =>
        dispatch(route, contextFrom(message), message.json(), this.clock, arrivedAt),
      );
      message.respond(JSON.stringify(reply ?? {}), replayed ? { headers: replayedHeaders } : undefined);
    } catch (error) {
      const failure = this.report(error, route, traceIdIn(message));
      this.respond(message, toWire(failure), errorHeaders(failure));
    } finally {
      this.settle(1);
    }
  }

  /** Whoever asked hears nothing then, and waits for the deadline; this process goes on. */
  private respond(message: Msg, reply: unknown, headers?: MsgHdrs): void {
    try {
      message.respond(JSON.stringify(reply), headers && { headers });
    } catch (error) {
      this.log.error({ err: error, subject: message.subject }, 'the reply could not be sent');
    }
  }

  /** Replies leave as they finish, those of one turn of the event loop together. */
  private handleBatch(route: Route, message: Msg, arrivedAt: number): void {
    let finished: BatchReplyItem[] = [];
    const give = (item: BatchReplyItem) => {
      finished.push(item);
      if (finished.length > 1) return;
      setImmediate(() => {
        this.respond(message, finished);
        this.settle(finished.length);
        finished = [];
      });
    };
    for (const [id, envelope, request] of batchItems<ReceivedItem>(message)) {
      this.underWay += 1;
      this.observed(route, () => dispatch(route, envelope, request, this.clock, arrivedAt)).then(
        ({ reply }) => give([id, 1, reply ?? {}]),
        (error: unknown) => give([id, 0, toWire(this.report(error, route, envelope?.traceId))]),
      );
    }
  }

  private async observed<Result>({ method }: Route, work: () => Promise<Result>): Promise<Result> {
    const startedAt = this.clock.monotonic();
    const end = (code: string) =>
      metrics.rpcDuration.observe({ method: method.name, code }, (this.clock.monotonic() - startedAt) / 1_000);
    try {
      const result = await work();
      end('ok');
      return result;
    } catch (error) {
      end(toSlipwayError(error).code);
      throw error;
    }
  }

  private report(error: unknown, { subject }: Route, traceId?: string): SlipwayError {
    const failure = toSlipwayError(error);
    if (failure instanceof NotBegun) this.log.warn({ subject, traceId, reason: String(failure.cause) }, 'not begun');
    else if (failure.category === 'internal' || failure.category === 'unavailable') {
      this.log.error({ err: failure.cause ?? failure, subject, traceId }, 'rpc failed');
    }
    return failure;
  }
}

function atMost(ms: number, work: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  return Promise.race([work, tooLong]).finally(() => clearTimeout(timer));
}

function traceIdIn(message: Msg): string | undefined {
  try {
    return (contextFrom(message) as { traceId?: string } | null)?.traceId;
  } catch {
    return undefined;
  }
}
