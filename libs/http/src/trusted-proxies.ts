import type { FastifyServerOptions } from 'fastify';
import type { EdgeConfig } from '#libs/config';

/**
 * Whose word about the caller's address is taken. X-Forwarded-For is read from the right: each proxy adds there whom it
 * has been called by, and what stands further left is anybody's word.
 */
export function trustedProxies({ SLIPWAY_TRUST_PROXY: proxies }: EdgeConfig): FastifyServerOptions['trustProxy'] {
  if (typeof proxies !== 'number') return proxies;
  return proxies > 0 && ((_address: string, hop: number) => hop < proxies);
}
