import ipaddr from 'ipaddr.js';

/** Of IPv6, whoever has one address has all of its /64: they count as one. What is no address is itself. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${withoutZone(parsed.toString())}/64`).toString()}/64`;
}

const withoutZone = (address: string): string => address.replace(/%.*$/, '');
