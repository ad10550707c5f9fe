import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createInbox, NoRespondersError, RequestError } from '@nats-io/transport-node';
import {
  replyPrefixOf,
  rpcSubject,
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
import { newTraceId, type RequestContext } from './request-context';
import { contextHeaders, fromWire, isFailure, type WireError } from './wire';

const retryDelayMs = 100;
/** A copy that is just starting again is there by then; whoever waits for longer is better told. */
const nobodyThereMsMax = 3_000;

/** Calls the services. Typed from the contract; the scope picks the connection and so the rights. */
@Injectable()
export class RpcClient implements OnApplicationShutdown {
  private readonly batches = new Map<Scope, Map<Service, BatchSender>>();

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
  ): Promise<ReplyOf<M>> {
    const giveUpAt = Math.min(context.deadline, this.clock.now() + nobodyThereMsMax);
    for (;;) {
      try {
        return method.batched
          ? ((await this.batchSender(method.service, scope).send(
              rpcSubject(method, scope),
              request,
              context,
            )) as ReplyOf<M>)
          : await this.callAlone(method, scope, request, context);
      } catch (error) {
        // Nobody listens, so nothing has begun: a copy is perhaps just starting.
        if (!isNobodyThere(error)) throw error;
        if (this.clock.now() + retryDelayMs >= giveUpAt) throw unavailable(error);
        await new Promise((resolve) => setTimeout(resolve, retryDelayMs));
      }
    }
  }

  /** For work that no request has called for: start-up, event handlers, timers. It carries nobody's rights. */
  systemContext(traceId = newTraceId(), timeoutMs = 5_000): RequestContext {
    return { caller: { kind: 'service', name: this.connections.app }, traceId, deadline: this.clock.now() + timeoutMs };
  }

  onApplicationShutdown(): void {
    for (const senders of this.batches.values()) for (const sender of senders.values()) sender.close();
  }

  private async callAlone<M extends RpcMethod>(
    method: M,
    scope: Scope,
    request: RequestInput<M>,
    context: RequestContext,
  ): Promise<ReplyOf<M>> {
    const connection = this.connections.of(scope);
    const message = await connection
      .request(rpcSubject(method, scope), JSON.stringify(request), {
        timeout: Math.max(1, context.deadline - this.clock.now()),
        headers: contextHeaders(context),
        noMux: true,
        reply: createInbox(replyPrefixOf(method.service, this.connections.app, scope)),
      })
      .catch((error: unknown) => {
        throw isNobodyThere(error) ? error : unavailable(error);
      });
    if (isFailure(message)) throw fromWire(message.json<WireError>());
    return message.json<ReplyOf<M>>();
  }

  private batchSender(service: Service, scope: Scope): BatchSender {
    const connection = this.connections.of(scope);
    const senders = this.batches.get(scope) ?? new Map<Service, BatchSender>();
    this.batches.set(scope, senders);
    let sender = senders.get(service);
    if (!sender) {
      sender = new BatchSender(connection, replyPrefixOf(service, this.connections.app, scope), this.clock);
      senders.set(service, sender);
    }
    return sender;
  }
}

export const isNobodyThere = (error: unknown): boolean =>
  error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders());
