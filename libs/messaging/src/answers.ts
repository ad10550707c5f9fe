import { applyDecorators, Controller } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { subjectOf, type Question, type ReplyOf, type RequestOf } from '#libs/contracts';
import type { Call } from './call';

/** A class that answers questions. One class per thing the service can be asked to do. */
export const UseCase = () => applyDecorators(Controller());

type AnswerMethod<Q extends Question> = (request: RequestOf<Q>, call: Call) => Promise<ReplyOf<Q>>;

/**
 * Marks the method that answers a question, in every scope of it. By then the transport has decoded the request,
 * checked it against the contract, checked the caller's permission and dropped what came too late. A method of
 * another shape than the contract's does not compile.
 */
export const Answers =
  <Q extends Question>(question: Q) =>
  <Method extends AnswerMethod<Q>>(target: object, name: string, descriptor: TypedPropertyDescriptor<Method>): void => {
    Payload()(target, name, 0);
    Ctx()(target, name, 1);
    MessagePattern(question.scopes.map((scope) => subjectOf(question, scope)))(target, name, descriptor);
  };
