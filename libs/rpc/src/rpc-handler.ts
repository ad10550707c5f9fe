import { applyDecorators, Controller } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { rpcSubject, type RpcMethod, type ReplyOf, type RequestOf } from '#libs/contracts';
import type { RpcContext } from './request-context';

/** A class that handles calls. One class per thing the service can be called to do. */
export const UseCase = () => applyDecorators(Controller());

type RpcHandlerMethod<Q extends RpcMethod> = (request: RequestOf<Q>, context: RpcContext) => Promise<ReplyOf<Q>>;

/**
 * Marks the method that handles a call, in every scope of it. By then the transport has decoded the request,
 * checked it against the contract, checked the caller's permission and dropped what came too late. A method of
 * another shape than the contract's does not compile.
 */
export const RpcHandler =
  <Q extends RpcMethod>(method: Q) =>
  <Method extends RpcHandlerMethod<Q>>(
    target: object,
    name: string,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    Payload()(target, name, 0);
    Ctx()(target, name, 1);
    MessagePattern(method.scopes.map((scope) => rpcSubject(method, scope)))(target, name, descriptor);
  };
