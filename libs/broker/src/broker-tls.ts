import { isIP } from 'node:net';
import type { ConnectionOptions } from '@nats-io/transport-node';

/**
 * The client drops the scheme of an address: `tls://` alone would encrypt only where the broker offers it. With this it
 * sends nothing to a broker that does not, or that shows a certificate of nobody we believe.
 *
 * @param ca authorities in PEM, believed instead of those that Node brings
 */
export function brokerTls(server: string, ca?: string): Pick<ConnectionOptions, 'tls'> {
  const { protocol, hostname } = new URL(server);
  if (protocol !== 'tls:') return {};
  // The client hands on names alone; without this Node would compare the certificate of an address with `localhost`.
  const address = isIP(hostname) ? { host: hostname } : {};
  return { tls: { ...(ca !== undefined && { ca }), ...address } };
}
