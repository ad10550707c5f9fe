import ipaddr from 'ipaddr.js';

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];
type Read = { range: string } | { fault: string };

/** Only its decimal form: others read `010` as eight, or as ten. */
const v4Form = /^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/;
const prefixForm = /^(?:0|[1-9]\d{0,2})$/;

/**
 * A range of IP addresses as somebody writes it, in CIDR notation (RFC 4632 3.1, RFC 4291 2.3); a single address is a range of one.
 * The same range always comes out as the same text.
 */
export function readRange(text: string): Read {
  const [address = '', prefix, ...more] = text.split('/');
  const ip = addressIn(address);
  if (!ip || more.length > 0 || (prefix !== undefined && !prefixForm.test(prefix)))
    return { fault: 'must be an IP address or a range of them, such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32.' };
  const bits = ip.toByteArray().length * 8;
  const length = prefix === undefined ? bits : Number(prefix);
  if (length > bits) return { fault: `must have a prefix of at most ${bits} bits.` };
  if (ip instanceof ipaddr.IPv6 && ip.isIPv4MappedAddress())
    return { fault: 'must be written as IPv4: callers with such an address are seen by that.' };
  const range = `${networkOf(ip, length)}/${length}`;
  const written = `${ip.toString()}/${length}`;
  return range === written ? { range } : { fault: `has more bits than its prefix says. Did you mean ${range}?` };
}

/** @param ranges as `readRange` gives them */
export function isWithin(address: string | undefined, ranges: readonly string[]): boolean {
  if (address === undefined || !ipaddr.isValid(address)) return false;
  // Of a socket that takes both kinds, IPv4 looks like IPv6.
  const ip = ipaddr.process(address);
  return ranges.map(parsed).some(([network, length]) => ip.kind() === network.kind() && ip.match(network, length));
}

/** Whether all of one range lies in another. */
export function contains(wide: string, narrow: string): boolean {
  const [network, length] = parsed(wide);
  const [inner, innerLength] = parsed(narrow);
  return inner.kind() === network.kind() && innerLength >= length && inner.match(network, length);
}

const parsed = (range: string): Range => ipaddr.parseCIDR(range);

/** An IPv6 zone means something to one machine alone. */
function addressIn(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (v4Form.test(text)) return ipaddr.IPv4.isValid(text) ? ipaddr.IPv4.parse(text) : undefined;
  const isV6 = text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text);
  return isV6 ? ipaddr.IPv6.parse(text) : undefined;
}

function networkOf(ip: ipaddr.IPv4 | ipaddr.IPv6, length: number): string {
  const bytes = ip.toByteArray().map((byte, at) => byte & (0xff00 >> Math.min(8, Math.max(0, length - 8 * at))));
  return ipaddr.fromByteArray(bytes).toString();
}
