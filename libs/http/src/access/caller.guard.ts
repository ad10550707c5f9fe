import { createParamDecorator, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { isAllowed, type Caller, type Permission } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { newTraceId, type RequestContext } from '#libs/rpc';
import { permissionKey } from './allow';
import { idempotencyKeyOf } from './idempotency-key';

export interface EdgeRequest extends FastifyRequest {
  /** W3C trace id of the request. */
  traceId: string;
  /** Milliseconds since 1970: how long this edge waits for the services. */
  deadline: number;
  caller?: Caller;
}

/** Each edge knows how its people prove who they are. */
export abstract class SessionReader {
  /** @throws session_expired when what was presented is no session of ours any more */
  abstract callerOf(request: EdgeRequest): Promise<Caller>;
}

/** Finds out who is calling and whether the route is for them, before anything of the request is looked at. */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: SessionReader,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const permission = this.reflector.get<Permission | undefined>(permissionKey, context.getHandler());
    if (!permission) throw new Error(`${context.getClass().name}.${context.getHandler().name} declares no permission`);
    const request = context.switchToHttp().getRequest<EdgeRequest>();
    request.caller = permission === 'anyone' ? { kind: 'anonymous' } : await this.sessions.callerOf(request);
    if (isAllowed(permission, request.caller)) return true;
    if (request.caller.kind === 'anonymous') throw new SlipwayError('not_signed_in', 'Sign in first.');
    throw new SlipwayError('forbidden', 'Your role does not allow this.');
  }
}

/** What the request's calls travel with. */
export const EdgeContext = createParamDecorator((_data: unknown, context: ExecutionContext): RequestContext => {
  const request = context.switchToHttp().getRequest<EdgeRequest>();
  return {
    caller: request.caller ?? { kind: 'anonymous' },
    traceId: request.traceId ?? newTraceId(),
    deadline: request.deadline,
    idempotencyKey: idempotencyKeyOf(request),
    address: request.ip,
  };
});
