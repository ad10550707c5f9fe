import { isIP } from 'node:net';
import { z } from 'zod';

/** How a mail server is reached, as `SLIPWAY_SMTP` says it. */
export interface MailServer {
  host: string;
  port: number;
  /** TLS from the first byte. */
  secure: boolean;
  /** Whether STARTTLS is a must: mails and passwords are not to be read on the way. */
  requireTls: boolean;
  login: { user: string; password: string } | undefined;
}

const words =
  'must be the URL of a mail server, smtps://user:password@host:465 or smtp://user:password@host:587, where only ?starttls=optional may follow';

const usualPort = { 'smtp:': 587, 'smtps:': 465 } as const;

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** What a URL has encoded. @throws URIError */
function loginOf({ username, password }: URL): MailServer['login'] {
  return username ? { user: decodeURIComponent(username), password: decodeURIComponent(password) } : undefined;
}

/** @throws TypeError, URIError what is no such address */
function parse(text: string): MailServer | undefined {
  const url = new URL(text);
  const { protocol, hostname, port, pathname, search, hash } = url;
  if (protocol !== 'smtp:' && protocol !== 'smtps:') return undefined;
  const isOptional = search === '?starttls=optional' && protocol === 'smtp:';
  if (!hostname || !['', '/'].includes(pathname) || hash || (search && !isOptional)) return undefined;
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'smtps:';
  const requireTls = !secure && !isOptional && !isLoopback(host);
  return { host, port: port ? Number(port) : usualPort[protocol], secure, requireTls, login: loginOf(url) };
}

/** A URL may hold a password, so that no fault repeats it. */
export const mailServer = () =>
  z.string().transform((text, context) => {
    try {
      const server = parse(text);
      if (server) return server;
    } catch {
      // What is no URL is no address either.
    }
    context.addIssue(words);
    return z.NEVER;
  });
