import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addSubnet('0.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
loopback.addAddress('::', 'ipv6');

/**
 * Why an address that somebody else chose is not one to send requests to; undefined: it may be.
 *
 * @param isProduction production mode: https alone, and nothing on this machine
 */
export function addressFault(text: string, { isProduction }: { isProduction: boolean }): string | undefined {
  if (!URL.canParse(text)) return 'This is no URL.';
  const url = new URL(text);
  if (url.search || url.hash) return 'An endpoint has no query and no fragment.';
  if (!isProduction) return undefined;
  if (url.protocol !== 'https:') return 'In production mode endpoints must be https.';
  return isLoopback(url.hostname) ? 'In production mode endpoints must not be on loopback.' : undefined;
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host)) return loopback.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
  return host === 'localhost' || host.endsWith('.localhost');
}
