import { Injectable } from '@nestjs/common';
import { nobody, SessionReader, SessionTransport, type EdgeRequest } from '#libs/http';
import {
  environmentOfSession,
  environments,
  identity,
  type CallerSession,
  type Environment,
  type PersonCaller,
} from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { RpcClient } from '#libs/rpc';

export const cookieOf = (environment: Environment): string => `slipway_${environment}`;

/** Somebody who is signed in. */
interface SignedInPerson {
  caller: PersonCaller;
  session: CallerSession;
}

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
  constructor(
    private readonly rpc: RpcClient,
    private readonly transport: SessionTransport,
  ) {
    super();
  }

  override async read(request: EdgeRequest, isUse = true) {
    const bearer = bearerSession(this.transport, request);
    if (bearer) return this.authenticate(bearer, request, isUse);
    const cookies = cookieSessions(this.transport, request);
    if (cookies.length === 0) return nobody;
    return this.pick(cookies, request, isUse);
  }

  /** Of the cookies those that are live: an ended session beside another is no second account. */
  private async pick(cookies: PresentedSession[], request: EdgeRequest, isUse: boolean): Promise<SignedInPerson> {
    const found = await Promise.all(cookies.map((cookie) => this.find(cookie, request, isUse)));
    const live = found.filter((person) => person !== undefined);
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

  private async authenticate(session: PresentedSession, request: EdgeRequest, isUse: boolean): Promise<SignedInPerson> {
    const person = await this.find(session, request, isUse);
    if (!person) throw expired();
    return person;
  }

  private async find(
    { accessToken, environment }: PresentedSession,
    request: EdgeRequest,
    isUse: boolean,
  ): Promise<SignedInPerson | undefined> {
    const { caller, session } = await this.rpc.call(
      identity.authenticate,
      environment,
      { accessToken, isUse },
      this.rpc.systemContext(request.traceId),
    );
    return caller && session ? { caller, session } : undefined;
  }
}

function accountNamed(id: string, live: SignedInPerson[]): SignedInPerson {
  const person = live.find(({ caller }) => caller.accountId === id.toLowerCase());
  if (person) return person;
  throw new SlipwayError('account_ambiguous', 'The header Slipway-Account names no account that is signed in.');
}

/** The session a request was made with, for signing out. */
export const presentedSession = (
  transport: SessionTransport,
  request: EdgeRequest,
  environment: Environment,
): PresentedSession | undefined =>
  bearerSession(transport, request) ??
  cookieSessions(transport, request).find((session) => session.environment === environment);

function bearerSession(transport: SessionTransport, request: EdgeRequest): PresentedSession | undefined {
  const accessToken = transport.readBearer(request);
  if (accessToken === undefined) return undefined;
  const environment = environmentOfSession(accessToken);
  if (!environment) throw expired();
  return { accessToken, environment };
}

const cookieSessions = (transport: SessionTransport, request: EdgeRequest): PresentedSession[] =>
  environments.flatMap((environment) => {
    const accessToken = transport.readCookie(request, cookieOf(environment));
    return accessToken && environmentOfSession(accessToken) === environment ? [{ accessToken, environment }] : [];
  });

const expired = () => new SlipwayError('session_expired', 'This session is not valid, or has ended. Sign in again.');
