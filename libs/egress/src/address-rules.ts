import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import type { EgressConfig } from '#libs/config';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Where clouds tell a machine its credentials. Link-local ones are refused as such; the others lie in ranges that are
 * private or even public.
 */
const metadata = [
  '100.100.100.200', // Alibaba Cloud
  '168.63.129.16', // Azure
  '169.254.169.254',
  '169.254.170.2', // AWS ECS
  'fd00:ec2::254', // AWS
  'fd00:ec2::23', // AWS EKS
  'fd20:ce::254', // Google Cloud
];

const privateRanges = ['private', 'uniqueLocal', 'carrierGradeNat'];
/** 0.0.0.0 and :: connect to this machine as well. */
const loopbackRanges = ['loopback', 'unspecified'];
/** RFC 6052: an IPv4 address in the last 32 bits. */
const nat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
/** RFC 4291 2.5.5.1, deprecated, and yet some systems connect to what stands in it. */
const v4Compatible = ipaddr.IPv6.parseCIDR('::/96');

/** Which addresses of those that others chose may be called. */
export class AddressRules {
  private readonly allowed: [Address, number][];

  constructor(private readonly settings: EgressConfig) {
    this.allowed = settings.SLIPWAY_EGRESS_ALLOW.map((range) => ipaddr.parseCIDR(range));
  }

  /** Why an address as somebody writes it is not to be called, as far as can be known without asking DNS. */
  faultOfUrl(text: string, { mayHaveQuery = false } = {}): string | undefined {
    if (!URL.canParse(text)) return 'This is no URL.';
    const url = new URL(text);
    if (mayHaveQuery && url.hash) return 'An endpoint has no fragment.';
    if (!mayHaveQuery && (url.search || url.hash)) return 'An endpoint has no query and no fragment.';
    if (url.username || url.password) return 'An endpoint has no user name and no password.';
    return this.faultOfOrigin(url);
  }

  /** As `faultOfUrl`, of scheme, host and port alone. */
  faultOfOrigin(url: URL): string | undefined {
    if (!['http:', 'https:'].includes(url.protocol)) return 'An endpoint is http or https.';
    if (this.settings.SLIPWAY_PRODUCTION && url.protocol !== 'https:') {
      return 'In production mode endpoints must be https.';
    }
    const host = hostOf(url);
    if (isIP(host)) return this.faultOf(host, portOf(url));
    return isLocalName(host) ? this.faultOf('127.0.0.1', portOf(url)) : undefined;
  }

  /** Why an IP address, as a name resolves to, is not to be connected to at this port. */
  faultOf(address: string, port: number): string | undefined {
    const inner = innermost(ipaddr.parse(address));
    const range = inner.range();
    if (metadata.includes(inner.toString())) return 'An endpoint must not be a metadata address.';
    if (loopbackRanges.includes(range)) return this.faultOfLoopback(port);
    if (this.isOwn(inner.toString(), port)) return ownFault;
    if (range === 'unicast') return undefined;
    if (!privateRanges.includes(range)) return `An endpoint must not be in a range for special purposes (${range}).`;
    return this.isAllowed(inner)
      ? undefined
      : 'An endpoint must not be in a private network, unless SLIPWAY_EGRESS_ALLOW names it.';
  }

  private faultOfLoopback(port: number): string | undefined {
    if (this.settings.SLIPWAY_PRODUCTION) return 'In production mode endpoints must not be on loopback.';
    return this.settings.SLIPWAY_OWN_PORTS.includes(port) ? ownFault : undefined;
  }

  /** Looked up each time: a machine's addresses change. */
  private isOwn(address: string, port: number): boolean {
    if (!this.settings.SLIPWAY_OWN_PORTS.includes(port)) return false;
    return Object.values(networkInterfaces()).some((ofOne = []) =>
      ofOne.some((own) => ipaddr.parse(own.address).toString() === address),
    );
  }

  private isAllowed(address: Address): boolean {
    return this.allowed.some(([range, bits]) => address.kind() === range.kind() && address.match(range, bits));
  }
}

const ownFault = 'An endpoint must not be Slipway itself.';

/** Whether an address says itself that it is on this machine; a name that only resolves to it does not. */
export function isLoopback(url: URL): boolean {
  const host = hostOf(url);
  return isIP(host) ? innermost(ipaddr.parse(host)).range() === 'loopback' : isLocalName(host);
}

/** Without the brackets of IPv6. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');
export const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === 'https:' ? 443 : 80);

/** RFC 6761 6.3. A dot at the end changes nothing. */
const isLocalName = (host: string): boolean => /(^|\.)localhost\.?$/.test(host);

/** Names that public DNS does not hold (RFC 6762, RFC 8375, ICANN's `internal`, and what is usual in networks). */
const innerName = /\.(localhost|local|internal|intranet|private|corp|home|lan|svc|home\.arpa)$/;

/** Whether an address means nothing to somebody outside: it leads to what lies around a provider. */
export function isInnerAddress(url: URL): boolean {
  const host = hostOf(url).replace(/\.$/, '');
  if (isIP(host)) return innermost(ipaddr.parse(host)).range() !== 'unicast';
  return !host.includes('.') || innerName.test(host);
}

/** An IPv6 address that only carries an IPv4 one is judged by that. */
function innermost(address: Address): Address {
  if (!(address instanceof ipaddr.IPv6)) return address;
  const last = address.toByteArray().slice(-4);
  const carriesIPv4 =
    address.isIPv4MappedAddress() ||
    address.match(nat64) ||
    (address.match(v4Compatible) && address.range() !== 'loopback' && address.range() !== 'unspecified');
  return carriesIPv4 ? new ipaddr.IPv4(last) : address;
}
