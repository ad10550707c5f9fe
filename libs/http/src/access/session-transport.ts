import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SlipwayError } from '#libs/errors';

/** A session that has just begun. */
interface NewSession {
  accessToken: string;
  /** Seconds. */
  expiresIn: number;
}

/** Where somebody has signed in. */
interface Device {
  token: string;
  /** Seconds. */
  expiresIn: number;
}

/** How a session travels between an edge and its people: as bearer, or in a cookie of the edge's own site. */
export class SessionTransport {
  private readonly isHttps: boolean;

  /** @param publicUrl where people reach the edge */
  constructor(private readonly publicUrl: string) {
    this.isHttps = publicUrl.startsWith('https:');
  }

  /** Undefined without an Authorization header; empty when what it holds cannot be a session. */
  readBearer({ headers: { authorization } }: FastifyRequest): string | undefined {
    if (authorization === undefined) return undefined;
    return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
  }

  /** @throws cross_site for a change that another site's page has sent the cookie with */
  readCookie(request: FastifyRequest, name: string): string | undefined {
    const session = request.cookies[this.nameOf(name)];
    if (session !== undefined) requireSameSite(request, this.publicUrl);
    return session;
  }

  /** The reply shows the session, and the browser keeps it. */
  give<Session extends NewSession>(reply: FastifyReply, name: string, session: Session): Session {
    void reply.header('Cache-Control', 'no-store');
    this.setCookie(reply, name, session.accessToken, session.expiresIn);
    return session;
  }

  /** What the browser sends along with the next sign-in of the same person. @throws cross_site */
  readDevice(request: FastifyRequest, name: string, login: string): string | undefined {
    return this.readCookie(request, deviceName(name, login));
  }

  /** The browser keeps it, and nobody else is shown it. */
  keepDevice(reply: FastifyReply, name: string, login: string, { token, expiresIn }: Device): void {
    this.setCookie(reply, deviceName(name, login), token, expiresIn);
  }

  takeBack(reply: FastifyReply, name: string): void {
    this.setCookie(reply, name, '', 0);
  }

  private setCookie(reply: FastifyReply, name: string, value: string, maxAge: number): void {
    void reply.setCookie(this.nameOf(name), value, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.isHttps,
      maxAge,
    });
  }

  /** `__Host-` binds a cookie to the host and to https; browsers accept the prefix with https alone. */
  /** As browsers send it. */
  nameOf(name: string): string {
    return this.isHttps ? `__Host-${name}` : name;
  }
}

/** One for each who signs in: two people at one browser do not take each other's place. The name tells nobody's. */
const deviceName = (name: string, login: string): string =>
  `${name}_device_${createHash('sha256').update(login).digest('hex').slice(0, 16)}`;

/**
 * A cookie travels with whatever page sends the request; SameSite=Lax keeps other sites out, and this is the second
 * line: a change that comes from another origin is refused.
 */
function requireSameSite(request: FastifyRequest, publicUrl: string): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const foreign =
    (origin !== undefined && origin !== new URL(publicUrl).origin && origin !== `http://${request.headers.host}`) ||
    site === 'cross-site';
  if (foreign) throw new SlipwayError('cross_site', 'This request comes from another site.');
}
