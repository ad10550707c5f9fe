import type { FastifyRequest } from 'fastify';
import { SlipwayError } from '#libs/errors';

/** `__Host-` binds a cookie to the host and to https; browsers accept the prefix with https alone. */
const nameOf = (name: string, publicUrl: string): string => (publicUrl.startsWith('https:') ? `__Host-${name}` : name);

/** A `Set-Cookie` value; `maxAgeSeconds` 0 removes it. */
export function sessionCookie(name: string, value: string, maxAgeSeconds: number, publicUrl: string): string {
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  return `${nameOf(name, publicUrl)}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure}`;
}

export function readCookie(request: FastifyRequest, name: string, publicUrl: string): string | undefined {
  const wanted = `${nameOf(name, publicUrl)}=`;
  const pair = request.headers.cookie
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(wanted));
  return pair?.slice(wanted.length);
}

/**
 * A cookie travels with whatever page sends the request; SameSite=Lax keeps other sites out, and this is the second
 * line: a change that comes from another origin is refused.
 */
export function requireSameSite(request: FastifyRequest, publicUrl: string): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const foreign =
    (origin !== undefined && origin !== new URL(publicUrl).origin && origin !== `http://${request.headers.host}`) ||
    site === 'cross-site';
  if (foreign) throw new SlipwayError('cross_site', 'This request comes from another site.');
}
