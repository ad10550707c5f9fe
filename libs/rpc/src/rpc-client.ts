import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { NoRespondersError, type NatsConnection } from '@nats-io/transport-node';
import {
  edges,
  replyPrefixOf,
  rpcSubject,
  rpcSubjectOfAll,
  type RpcMethod,
  type ReplyOf,
  type RequestInput,
  type Scope,
  type Service,
} from '#libs/contracts';
import { Connections } from '#libs/broker';
import { Clock } from '#libs/clock';
import { unavailable } from '#libs/errors';
import { BatchSender } from './batch-sender';
import { LoneCall } from './lone-call';
import { Repetitions } from './repetitions';
import { Replies } from './replies';
import { newTraceId, type RequestContext } from './request-context';
import { NotBegun } from './wire';

const retryDelayMs = 100;
/** A copy that is just starting again is there by then; whoever waits for longer is better told. */
const nobodyThereMsMax = 3_000;
/** How long one copy is waited for before all are asked, or sent an act again. */
const againAfterMs = { freely: 500, withKey: 2_000 };
/** An act may be sent to all as often as it still helps: who has not begun it when it is too late does not. */
const timesMax = { freely: 1, withKey: 3 };

/** For a caller that sees to asking again by itself. */
export interface SingleTry {
  /** All copies, rather than one. */
  toAll: boolean;
  /** After it was sent; what comes later is of no use. */
  replyWithinMs: number;
  /** Whenever it is sent: again, where nobody was there. */
  sent: () => void;
}

/** Calls the services. Typed from the contract; the scope picks the connection and so the rights. */
@Injectable()
export class RpcClient implements OnApplicationShutdown {
  private readonly repetitions = new Repetitions();
  private readonly batches = new Map<string, BatchSender>();
  private readonly replies = new Map<string, Replies>();

  constructor(
    private readonly connections: Connections,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws SlipwayError the service's own error, or `unavailable` when nobody answered before the deadline. What was
   * asked may then have happened all the same; whoever asks again must make it safe to repeat.
   */
  async call<M extends RpcMethod>(
    method: M,
    scope: Scope,
    request: RequestInput<M>,
    context: RequestContext,
    single?: SingleTry,
  ): Promise<ReplyOf<M>> {
    const ofAll = { ...context, ...this.ownKey(method, context) };
    const giveUpAt = Math.min(context.deadline, this.clock.monotonic() + nobodyThereMsMax);
    for (let toAll = single?.toAll ?? false; ; toAll = false) {
      try {
        single?.sent();
        return (await this.callOnce(method, scope, request, ofAll, single && { ...single, toAll })) as ReplyOf<M>;
      } catch (error) {
        // Nothing has begun: nobody listens, as a copy is perhaps just starting, or whoever read it was too late for it.
        if (!(error instanceof NoRespondersError) && !(error instanceof NotBegun)) throw error;
        // The copies of the release before do not hear what is for all.
        if (toAll) continue;
        if (this.clock.monotonic() + retryDelayMs >= giveUpAt) throw unavailable(error);
        await new Promise((resolve) => setTimeout(resolve, retryDelayMs));
      }
    }
  }

  /** For work that no request has called for: start-up, event handlers, timers. It carries nobody's rights. */
  systemContext(traceId = newTraceId(), timeoutMs = 5_000): RequestContext {
    const deadline = this.clock.monotonic() + timeoutMs;
    return { caller: { kind: 'service', name: this.connections.app }, traceId, deadline };
  }

  onApplicationShutdown(): void {
    for (const sender of this.batches.values()) sender.close();
    for (const replies of this.replies.values()) replies.close();
  }

  private callOnce(
    method: RpcMethod,
    scope: Scope,
    request: unknown,
    given: RequestContext,
    single: SingleTry | undefined,
  ): Promise<unknown> {
    const subject = single?.toAll ? rpcSubjectOfAll(method, scope) : rpcSubject(method, scope);
    const now = this.clock.monotonic();
    const context = single ? { ...given, deadline: Math.min(given.deadline, now + single.replyWithinMs) } : given;
    const again = single ? undefined : this.againOf(method, scope, given.deadline - now);
    if (method.batched) return this.batchSender(method.service, scope).send(subject, request, context, again);
    const connection = this.connections.of(scope);
    const replies = this.repliesOf(connection, method.service, scope);
    const sending = { subject, replies, request: JSON.stringify(request), context, again };
    return LoneCall.make(connection, sending, this.clock, this.repetitions);
  }

  /** Where an edge repeats what nobody has answered, it must be known again. */
  private ownKey(method: RpcMethod, { idempotencyKey }: RequestContext): { idempotencyKey?: string } {
    return this.repeats(method) && idempotencyKey === undefined ? { idempotencyKey: randomUUID() } : {};
  }

  /** Services carry nobody's key, and are called again as a whole. */
  private repeats({ again }: RpcMethod): boolean {
    return again === 'withKey' && edges.some((edge) => edge === this.connections.app);
  }

  private againOf(method: RpcMethod, scope: Scope, leftMs: number) {
    const { again } = method;
    if (again === 'never' || (again === 'withKey' && !this.repeats(method))) return undefined;
    const afterMs = Math.min(method.againAfterMs ?? againAfterMs[again], leftMs / 2);
    return { subject: rpcSubjectOfAll(method, scope), afterMs, times: timesMax[again] };
  }

  /** @throws unavailable when the broker is away: nothing of what is asked meanwhile is kept for later. */
  private batchSender(service: Service, scope: Scope): BatchSender {
    const connection = this.connections.of(scope);
    return madeOnce(this.batches, replyPrefixOf(service, this.connections.app, scope), (replyPrefix) => {
      return new BatchSender(connection, replyPrefix, this.clock, this.repetitions);
    });
  }

  private repliesOf(connection: NatsConnection, service: Service, scope: Scope): Replies {
    return madeOnce(
      this.replies,
      replyPrefixOf(service, this.connections.app, scope),
      (replyPrefix) => new Replies(connection, replyPrefix),
    );
  }
}

function madeOnce<Made>(made: Map<string, Made>, key: string, make: (key: string) => Made): Made {
  const before = made.get(key);
  if (before) return before;
  const first = make(key);
  made.set(key, first);
  return first;
}
