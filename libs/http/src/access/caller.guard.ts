import { createParamDecorator, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Caller, CallerSession, Permission } from '#libs/contracts';
import { authorize, newTraceId, type RequestContext } from '#libs/rpc';
import { methodOf, permissionKey } from './allow';
import { idempotencyKeyOf } from './idempotency-key';

export interface EdgeRequest extends FastifyRequest {
  /** W3C trace id of the request. */
  traceId: string;
  /** Monotonic milliseconds: how long this edge waits for the services. */
  deadline: number;
  signedIn?: SignedIn;
}

/** Who is calling, and by which session. */
export interface SignedIn {
  caller: Caller;
  session?: CallerSession;
}

export const nobody: SignedIn = { caller: { kind: 'anonymous' } };

/** Each edge knows how its people prove who they are. */
export abstract class SessionReader {
  /**
   * @param isUse false: nobody does anything; it is looked whether the session lives
   * @throws session_expired when what was presented is no session of ours any more
   */
  abstract read(request: EdgeRequest, isUse?: boolean): Promise<SignedIn>;
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
    request.signedIn = nobody;
    if (permission === 'anyone') return true;
    request.signedIn = await this.sessions.read(request);
    authorize(methodOf(context.getHandler()) ?? { allow: permission }, request.signedIn);
    return true;
  }
}

interface EdgeContextOptions {
  /** Where each call gives a new secret, and a standard says what headers mean: ours means nothing there. */
  idempotencyKey: 'ignored';
}

/** What the request's calls travel with. */
export const EdgeContext = createParamDecorator(
  (options: EdgeContextOptions | undefined, context: ExecutionContext): RequestContext => {
    const request = context.switchToHttp().getRequest<EdgeRequest>();
    return {
      ...(request.signedIn ?? nobody),
      traceId: request.traceId ?? newTraceId(),
      deadline: request.deadline,
      idempotencyKey: options?.idempotencyKey === 'ignored' ? undefined : idempotencyKeyOf(request),
      address: request.ip,
    };
  },
);
