import { SlipwayError } from '#libs/errors';

export interface UpstreamAddress {
  /** Without a query: the proxy reads what it is given for traversal, and a query may well hold `../`. */
  url: string;
  /** As it came, without the call mark. */
  query: string;
}

/**
 * Where `/{environment}/api/{slug}/…` goes: below the endpoint, byte for byte what the caller wrote after the slug.
 * Decoded, a %3F or %2F in it would be another request.
 *
 * @param requestUrl as it came: perhaps with scheme and host (RFC 9112 3.2.2)
 * @throws invalid_request for a path that would leave the endpoint's, or cannot be read
 */
export function upstreamAddress(endpoint: string, requestUrl: string): UpstreamAddress {
  const target = requestUrl.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  const mark = target.indexOf('?');
  const path = (mark < 0 ? target : target.slice(0, mark)).split('/').slice(4).join('/');
  const base = endpoint.replace(/\/+$/, '');
  const url = `${base}/${path}`;
  if (!isReadable(path) || !isBelow(base, url)) throw new SlipwayError('invalid_request', 'The address is not valid.');
  return { url, query: mark < 0 ? '' : target.slice(mark + 1) };
}

/** The URL resolves `..` in all its forms; what comes out must still lie below the endpoint. */
function isBelow(base: string, url: string): boolean {
  const { origin, pathname } = new URL(base);
  const resolved = new URL(url);
  const root = pathname === '/' ? '/' : `${pathname}/`;
  return resolved.origin === origin && resolved.pathname.startsWith(root);
}

/** What begins with two dots is refused however it is written: servers differ in what they make of it. */
function isReadable(path: string): boolean {
  try {
    return !/[\\#]|(^|\/)\.\./.test(decodeURIComponent(path));
  } catch {
    return false;
  }
}
