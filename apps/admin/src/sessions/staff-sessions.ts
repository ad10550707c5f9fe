import { Injectable } from '@nestjs/common';
import { nobody, SessionReader, SessionTransport, type EdgeRequest, type SignedIn } from '#libs/http';
import { identity } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { RpcClient } from '#libs/rpc';

export const staffCookie = 'slipway_staff';

/** The provider's own people: the bearer form, or the cookie. */
@Injectable()
export class StaffSessions extends SessionReader {
  constructor(
    private readonly rpc: RpcClient,
    private readonly transport: SessionTransport,
  ) {
    super();
  }

  override async read(request: EdgeRequest, isUse = true): Promise<SignedIn> {
    const accessToken = presentedSession(this.transport, request);
    if (accessToken === undefined) return nobody;
    const context = this.rpc.systemContext(request.traceId);
    const presented = { accessToken, isUse };
    const { caller, session } = await this.rpc.call(identity.authenticateStaff, 'shared', presented, context);
    if (!caller || !session)
      throw new SlipwayError('session_expired', 'This session is not valid, or has ended. Sign in again.');
    return { caller, session };
  }
}

/** Undefined when nothing was presented; empty when it cannot be a session. */
export const presentedSession = (transport: SessionTransport, request: EdgeRequest): string | undefined =>
  transport.readBearer(request) ?? transport.readCookie(request, staffCookie);
