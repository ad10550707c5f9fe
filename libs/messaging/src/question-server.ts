import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { Msg } from '@nats-io/transport-node';
import { isObservable, lastValueFrom } from 'rxjs';
import { isAllowed, questionsOf, subjectOf, type Question, type Scope, type Service } from '#libs/contracts';
import { invalid, SlipwayError, toSlipwayError, unavailable } from '#libs/errors';
import type { Logger } from '#libs/observability';
import type { Call, CallEnvelope } from './call';
import type { Connections } from './connections';
import {
  batchHeader,
  callFrom,
  errorHeaders,
  parseEnvelope,
  toWire,
  type BatchReplyItem,
  type BatchRequestItem,
} from './wire';

/**
 * The transport behind `@Answers`: subscribes each subject on the connection of its scope, in the service's queue
 * group, so that of many copies one answers. Single messages and batches reach the same handlers, one request each.
 */
export class QuestionServer extends Server implements CustomTransportStrategy {
  constructor(
    private readonly service: Service,
    private readonly connections: Connections,
    private readonly log: Logger,
  ) {
    super();
  }

  /** @throws Error when a question of the contract has no handler: such a service must not start. */
  listen(callback: () => void): void {
    const missing: string[] = [];
    for (const question of questionsOf(this.service)) {
      for (const scope of question.scopes) {
        if (this.getHandlerByPattern(subjectOf(question, scope))) this.subscribe(question, scope);
        else missing.push(subjectOf(question, scope));
      }
    }
    if (missing.length > 0) throw new Error(`${this.service} does not answer: ${missing.join(', ')}`);
    callback();
  }

  close(): void {
    // `Connections` drains on shutdown: what has been received is still answered.
  }

  on(): void {
    throw new Error('This transport has no events of its own.');
  }

  unwrap<T>(): T {
    return this.connections as T;
  }

  private subscribe(question: Question, scope: Scope): void {
    const subject = subjectOf(question, scope);
    this.connections.evenWhileAway(scope).subscribe(subject, {
      queue: this.service,
      callback: (error, message) => {
        if (error) return this.log.error({ err: error, subject }, 'subscription failed');
        void (message.headers?.has(batchHeader)
          ? this.answerBatch(question, scope, message)
          : this.answerOne(question, scope, message));
      },
    });
  }

  private async answerOne(question: Question, scope: Scope, message: Msg): Promise<void> {
    try {
      const reply = await this.answer(
        question,
        scope,
        () => callFrom(message),
        () => message.json(),
      );
      message.respond(JSON.stringify(reply ?? {}));
    } catch (error) {
      const failure = this.report(error, question, scope);
      message.respond(JSON.stringify(toWire(failure)), { headers: errorHeaders(failure) });
    }
  }

  /** Answers leave as they finish, those of one turn of the event loop together. */
  private async answerBatch(question: Question, scope: Scope, message: Msg): Promise<void> {
    let finished: BatchReplyItem[] = [];
    const give = (item: BatchReplyItem) => {
      finished.push(item);
      if (finished.length > 1) return;
      setImmediate(() => {
        const replies = finished;
        finished = [];
        message.respond(JSON.stringify(replies));
      });
    };
    for (const [id, envelope, request] of message.json<BatchRequestItem[]>()) {
      this.answer(
        question,
        scope,
        () => parseEnvelope(envelope),
        () => request,
      ).then(
        (reply) => give([id, 1, reply ?? {}]),
        (error: unknown) => give([id, 0, toWire(this.report(error, question, scope))]),
      );
    }
  }

  private async answer(
    question: Question,
    scope: Scope,
    readEnvelope: () => CallEnvelope,
    readRequest: () => unknown,
  ): Promise<unknown> {
    const call: Call = { ...readEnvelope(), scope, subject: subjectOf(question, scope) };
    if (call.deadline <= Date.now()) throw unavailable(new Error('the deadline has passed'));
    authorize(question, call);
    const request = question.request.safeParse(readRequest());
    if (!request.success) {
      throw invalid(
        request.error.issues.map((issue) => ({ pointer: `/${issue.path.join('/')}`, detail: issue.message })),
      );
    }
    const handler = this.getHandlerByPattern(call.subject);
    const result: unknown = await handler?.(request.data, call);
    return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
  }

  private report(error: unknown, question: Question, scope: Scope): SlipwayError {
    const failure = toSlipwayError(error);
    if (failure.category === 'internal' || failure.category === 'unavailable') {
      this.log.error({ err: failure.cause ?? failure, subject: subjectOf(question, scope) }, 'question failed');
    }
    return failure;
  }
}

/** The edge has asked the same before it read the body; here it holds whoever the edge may be. */
function authorize(question: Question, call: Call): void {
  if (!isAllowed(question.allow, call.caller)) {
    if (call.caller.kind === 'anonymous') throw new SlipwayError('not_signed_in', 'Sign in first.');
    throw new SlipwayError('forbidden', 'Your role does not allow this.');
  }
  if (call.caller.kind === 'person' && call.scope !== 'shared' && call.caller.environment !== call.scope) {
    throw new SlipwayError('forbidden', 'This account belongs to another environment.');
  }
}
