import { Injectable } from '@nestjs/common';
import { SessionReader, type EdgeRequest } from '#libs/access';
import { identity, type Caller } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { readCookie, requireSameSite } from '#libs/http';
import { ownCall, QuestionClient } from '#libs/messaging';
import { config } from './config';

export const staffCookie = 'slipway_staff';

/** The provider's own people: the bearer form, or the cookie. */
@Injectable()
export class StaffSessions extends SessionReader {
  constructor(private readonly questions: QuestionClient) {
    super();
  }

  override async callerOf(request: EdgeRequest): Promise<Caller> {
    const accessToken = presentedSession(request);
    if (accessToken === undefined) return { kind: 'anonymous' };
    if (request.headers.authorization === undefined) requireSameSite(request, config.SLIPWAY_ADMIN_URL);
    const call = ownCall('admin', request.traceId);
    const { caller } = await this.questions.ask(identity.authenticateStaff, 'shared', { accessToken }, call);
    if (!caller) throw new SlipwayError('session_expired', 'This session is not valid, or has ended. Sign in again.');
    return caller;
  }
}

/** Undefined when nothing was presented; empty when it cannot be a session. */
export function presentedSession(request: EdgeRequest): string | undefined {
  const { authorization } = request.headers;
  if (authorization !== undefined) return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
  return readCookie(request, staffCookie, config.SLIPWAY_ADMIN_URL);
}
