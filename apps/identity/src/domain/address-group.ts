import ipaddr from 'ipaddr.js';

/**
 * Whose requests are counted together: an IPv4 address, however it is written; of IPv6 the network of 64 bits, which is
 * what a household or a machine has.
 */
export function addressGroup(address: string): string {
  const [plain = ''] = address.split('%');
  if (!ipaddr.isValid(plain)) return plain;
  const parsed = ipaddr.process(plain);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  const network = new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0]);
  return `${network.toString()}/64`;
}
