import { lookup as resolveByDns, type LookupAddress } from 'node:dns';
import { type LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';
import { Agent, buildConnector, Pool } from 'undici';
import { portOf, type AddressRules } from './address-rules';

/** All addresses of a name. */
export type Resolve = (name: string, done: (error: Error | null, addresses: LookupAddress[]) => void) => void;

interface EgressOptions {
  rules: AddressRules;
  /** Authorities in PEM, believed beside those that Node knows. */
  authorities?: string | undefined;
  /** At most, to one origin. */
  connections: number;
  /** Within which a reply must begin, milliseconds. */
  headMsMax: number;
  /** How long a server may be silent while it replies, milliseconds. */
  silenceMsMax: number;
  /** As the system does it, unless told. */
  resolve?: Resolve;
}

/**
 * Connections to servers that others chose. Each is made to an address that has been checked; whoever cannot prove its
 * name by TLS is sent nothing. No redirect is followed and no proxy is asked.
 */
export const egressAgent = ({ headMsMax, silenceMsMax, connections, ...options }: EgressOptions): Agent =>
  new Agent({
    connections,
    headersTimeout: headMsMax,
    bodyTimeout: silenceMsMax,
    factory: (origin, poolOptions) =>
      new Pool(origin, { ...poolOptions, connect: connectorTo(new URL(origin), options) }),
  });

type ConnectOptions = Pick<EgressOptions, 'rules' | 'authorities' | 'resolve'>;

function connectorTo(
  origin: URL,
  { rules, authorities, resolve = resolveAll }: ConnectOptions,
): buildConnector.connector {
  const connect = buildConnector({
    // Said, though it is what undici does: NODE_TLS_REJECT_UNAUTHORIZED=0 would change that.
    rejectUnauthorized: true,
    lookup: checkedLookup(portOf(origin), rules, resolve),
    ...(authorities && { ca: [...rootCertificates, authorities] }),
  });
  return (options, connected) => {
    // Nothing is looked up for what is an address already.
    const fault = rules.faultOfOrigin(origin);
    if (fault) connected(new Error(fault), null);
    else connect(options, connected);
  };
}

/**
 * What a name resolves to, all of it checked, and nothing else is connected to: were it resolved again for the
 * connection, another answer could come (DNS rebinding).
 */
export function checkedLookup(port: number, rules: AddressRules, resolve: Resolve): LookupFunction {
  return (name, { all }, found) =>
    resolve(name, (error, addresses) => {
      const failure = error ?? failureOf(name, addresses, port, rules);
      const [first] = addresses ?? [];
      if (failure || !first) found(failure ?? new Error(`${name} has no address.`), []);
      else if (all) found(null, addresses);
      else found(null, first.address, first.family);
    });
}

function failureOf(name: string, addresses: LookupAddress[], port: number, rules: AddressRules): Error | undefined {
  const [fault] = addresses.flatMap(({ address }) => rules.faultOf(address, port) ?? []);
  return fault === undefined ? undefined : new Error(`${name}: ${fault}`);
}

const resolveAll: Resolve = (name, done) => resolveByDns(name, { all: true }, done);
