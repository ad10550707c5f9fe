import { Injectable } from '@nestjs/common';
import { SessionReader, type EdgeRequest } from '#libs/access';
import {
  environmentOfSession,
  environments,
  identity,
  type Caller,
  type Environment,
  type PersonCaller,
} from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { readCookie, requireSameSite } from '#libs/http';
import { ownCall, QuestionClient } from '#libs/messaging';
import { config } from './config';

export const cookieOf = (environment: Environment): string => `slipway_${environment}`;

/** What was presented: the bearer form, or a cookie. */
export interface PresentedSession {
  accessToken: string;
  environment: Environment;
}

/**
 * People of partners. The session's own marker tells its environment; a browser may hold one cookie of each account,
 * and then the header `Slipway-Account` picks.
 */
@Injectable()
export class PersonSessions extends SessionReader {
  constructor(private readonly questions: QuestionClient) {
    super();
  }

  override async callerOf(request: EdgeRequest): Promise<Caller> {
    const bearer = bearerSession(request);
    if (bearer) return this.authenticate(bearer, request);
    const cookies = cookieSessions(request);
    if (cookies.length === 0) return { kind: 'anonymous' };
    requireSameSite(request, config.SLIPWAY_PUBLIC_URL);
    return this.pick(cookies, request);
  }

  /** Of the cookies those that are live: an ended session beside another is no second account. */
  private async pick(cookies: PresentedSession[], request: EdgeRequest): Promise<Caller> {
    const callers = await Promise.all(cookies.map((cookie) => this.find(cookie, request)));
    const live = callers.filter((caller) => caller !== null);
    const wanted = request.headers['slipway-account'];
    if (wanted !== undefined) return accountNamed(String(wanted), live);
    const [only, another] = live;
    if (!only) throw expired();
    if (!another) return only;
    throw new SlipwayError(
      'account_ambiguous',
      'Two accounts are signed in. Send the header Slipway-Account with the id of one.',
    );
  }

  private async authenticate(session: PresentedSession, request: EdgeRequest): Promise<Caller> {
    const caller = await this.find(session, request);
    if (!caller) throw expired();
    return caller;
  }

  private async find({ accessToken, environment }: PresentedSession, request: EdgeRequest) {
    const { caller } = await this.questions.ask(
      identity.authenticate,
      environment,
      { accessToken },
      ownCall('gateway', request.traceId),
    );
    return caller;
  }
}

function accountNamed(id: string, live: PersonCaller[]): PersonCaller {
  const caller = live.find(({ accountId }) => accountId === id.toLowerCase());
  if (caller) return caller;
  throw new SlipwayError('account_ambiguous', 'The header Slipway-Account names no account that is signed in.');
}

/** The session a request was made with, for signing out. */
export const presentedSession = (request: EdgeRequest, environment: Environment): PresentedSession | undefined =>
  bearerSession(request) ?? cookieSessions(request).find((session) => session.environment === environment);

function bearerSession({ headers }: EdgeRequest): PresentedSession | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  const accessToken = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
  const environment = environmentOfSession(accessToken);
  if (!environment) throw expired();
  return { accessToken, environment };
}

const cookieSessions = (request: EdgeRequest): PresentedSession[] =>
  environments.flatMap((environment) => {
    const accessToken = readCookie(request, cookieOf(environment), config.SLIPWAY_PUBLIC_URL);
    return accessToken && environmentOfSession(accessToken) === environment ? [{ accessToken, environment }] : [];
  });

const expired = () => new SlipwayError('session_expired', 'This session is not valid, or has ended. Sign in again.');
