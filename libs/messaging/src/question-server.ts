import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import { isObservable, lastValueFrom } from 'rxjs';
import { isAllowed, questionsOf, subjectOf, type Question, type Scope, type Service } from '#libs/contracts';
import { invalid, SlipwayError, toSlipwayError, unavailable } from '#libs/errors';
import type { Logger } from '#libs/observability';
import type { Call } from './call';
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

interface Route {
  question: Question;
  scope: Scope;
  subject: string;
  handler: MessageHandler;
}

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
        const subject = subjectOf(question, scope);
        const handler = this.getHandlerByPattern(subject);
        if (handler) this.subscribe({ question, scope, subject, handler });
        else missing.push(subject);
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

  private subscribe(route: Route): void {
    this.connections.evenWhileAway(route.scope).subscribe(route.subject, {
      queue: this.service,
      callback: (error, message) => {
        if (error) return this.log.error({ err: error, subject: route.subject }, 'subscription failed');
        if (message.headers?.has(batchHeader)) this.answerBatch(route, message);
        else void this.answerOne(route, message);
      },
    });
  }

  private async answerOne(route: Route, message: Msg): Promise<void> {
    try {
      const reply = await this.answer(route, callFrom(message), message.json());
      message.respond(JSON.stringify(reply ?? {}));
    } catch (error) {
      const failure = this.report(error, route, traceIdIn(message));
      this.respond(message, JSON.stringify(toWire(failure)), errorHeaders(failure));
    }
  }

  /** Whoever asked hears nothing then, and waits for the deadline; this process goes on. */
  private respond(message: Msg, payload: string, headers?: MsgHdrs): void {
    try {
      message.respond(payload, headers && { headers });
    } catch (error) {
      this.log.error({ err: error, subject: message.subject }, 'the answer could not be sent');
    }
  }

  /** Answers leave as they finish, those of one turn of the event loop together. */
  private answerBatch(route: Route, message: Msg): void {
    let finished: BatchReplyItem[] = [];
    const give = (item: BatchReplyItem) => {
      finished.push(item);
      if (finished.length > 1) return;
      setImmediate(() => {
        this.respond(message, JSON.stringify(finished));
        finished = [];
      });
    };
    for (const [id, envelope, request] of batchItems(message)) {
      this.answer(route, envelope, request).then(
        (reply) => give([id, 1, reply ?? {}]),
        (error: unknown) => give([id, 0, toWire(this.report(error, route, envelope.traceId))]),
      );
    }
  }

  private async answer(
    { question, scope, subject, handler }: Route,
    envelope: unknown,
    payload: unknown,
  ): Promise<unknown> {
    const call: Call = { ...parseEnvelope(envelope), scope, subject };
    if (call.deadline <= Date.now()) throw unavailable(new Error('the deadline has passed'));
    authorize(question, call);
    const request = question.request.safeParse(payload);
    if (!request.success) {
      throw invalid(
        request.error.issues.map((issue) => ({ pointer: `/${issue.path.join('/')}`, detail: issue.message })),
      );
    }
    const result: unknown = await handler(request.data, call);
    return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
  }

  private report(error: unknown, { subject }: Route, traceId?: string): SlipwayError {
    const failure = toSlipwayError(error);
    if (failure.category === 'internal' || failure.category === 'unavailable') {
      this.log.error({ err: failure.cause ?? failure, subject, traceId }, 'question failed');
    }
    return failure;
  }
}

function traceIdIn(message: Msg): string | undefined {
  try {
    return (callFrom(message) as { traceId?: string } | null)?.traceId;
  } catch {
    return undefined;
  }
}

/** What is no batch holds no items; whoever sent it waits for its deadline. */
function batchItems(message: Msg): BatchRequestItem[] {
  try {
    const items: unknown = message.json();
    return Array.isArray(items) ? (items as BatchRequestItem[]) : [];
  } catch {
    return [];
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
