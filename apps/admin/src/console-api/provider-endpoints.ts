import { BlockList, isIP } from 'node:net';
import { invalid } from '#libs/errors';
import { config } from '../config';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addSubnet('0.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
loopback.addAddress('::', 'ipv6');

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host)) return loopback.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
  return host === 'localhost' || host.endsWith('.localhost');
}

/** In production mode the provider's endpoints are https and not on this machine. @throws invalid_request */
export function requireEndpoints(endpoints: { sandbox?: string | null; production?: string | null } = {}): void {
  const faults = Object.entries(endpoints).flatMap(([environment, url]) => {
    const detail = typeof url === 'string' ? faultOf(url) : undefined;
    return detail ? [{ pointer: `/endpoints/${environment}`, detail }] : [];
  });
  if (faults.length > 0) throw invalid(faults);
}

function faultOf(text: string): string | undefined {
  if (!URL.canParse(text)) return 'This is no URL.';
  const url = new URL(text);
  if (url.search || url.hash) return 'An endpoint has no query and no fragment.';
  if (!config.SLIPWAY_PRODUCTION) return undefined;
  if (url.protocol !== 'https:') return 'In production mode endpoints must be https.';
  return isLoopback(url.hostname) ? 'In production mode endpoints must not be on loopback.' : undefined;
}
