import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { NoRespondersError, RequestError } from '@nats-io/transport-node';
import { subjectOf, type Question, type ReplyOf, type RequestOf, type Scope } from '#libs/contracts';
import { unavailable } from '#libs/errors';
import { BatchSender } from './batch-sender';
import type { CallEnvelope } from './call';
import { Connections } from './connections';
import { callHeaders, fromWire, isFailure, type WireError } from './wire';

const retryDelayMs = 100;
/** A copy that is just starting again is there by then; whoever waits for longer is better told. */
const nobodyThereMsMax = 3_000;

/** Asks the services. Typed from the contract; the scope picks the connection and so the rights. */
@Injectable()
export class QuestionClient implements OnApplicationShutdown {
  private readonly batches = new Map<Scope, BatchSender>();

  constructor(private readonly connections: Connections) {}

  /**
   * @throws SlipwayError the service's own error, or `unavailable` when nobody answered before the deadline. What was
   * asked may then have happened all the same; whoever asks again must make it safe to repeat.
   */
  async ask<Q extends Question>(
    question: Q,
    scope: Scope,
    request: RequestOf<Q>,
    call: CallEnvelope,
  ): Promise<ReplyOf<Q>> {
    const giveUpAt = Math.min(call.deadline, Date.now() + nobodyThereMsMax);
    for (;;) {
      try {
        return question.batched
          ? ((await this.batchSender(scope).send(subjectOf(question, scope), request, call)) as ReplyOf<Q>)
          : await this.askAlone(question, scope, request, call);
      } catch (error) {
        // Nobody listens, so nothing has begun: a copy is perhaps just starting.
        if (!isNobodyThere(error)) throw error;
        if (Date.now() + retryDelayMs >= giveUpAt) throw unavailable(error);
        await new Promise((resolve) => setTimeout(resolve, retryDelayMs));
      }
    }
  }

  onApplicationShutdown(): void {
    for (const sender of this.batches.values()) sender.close();
  }

  private async askAlone<Q extends Question>(
    question: Q,
    scope: Scope,
    request: RequestOf<Q>,
    call: CallEnvelope,
  ): Promise<ReplyOf<Q>> {
    const connection = this.connections.of(scope);
    const message = await connection
      .request(subjectOf(question, scope), JSON.stringify(request), {
        timeout: Math.max(1, call.deadline - Date.now()),
        headers: callHeaders(call),
      })
      .catch((error: unknown) => {
        throw isNobodyThere(error) ? error : unavailable(error);
      });
    if (isFailure(message)) throw fromWire(message.json<WireError>());
    return message.json<ReplyOf<Q>>();
  }

  private batchSender(scope: Scope): BatchSender {
    const existing = this.batches.get(scope);
    if (existing) {
      this.connections.of(scope);
      return existing;
    }
    const sender = new BatchSender(this.connections.of(scope), this.connections.inboxPrefix(scope));
    this.batches.set(scope, sender);
    return sender;
  }
}

export const isNobodyThere = (error: unknown): boolean =>
  error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders());
