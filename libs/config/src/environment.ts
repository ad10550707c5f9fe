import { z } from 'zod';
import { certificates, flag, networks, proxies, port, ports, seconds } from './load-config';
import { postgresUrl } from './postgres-url';

/** What every app is started with. `deploy/setup` writes it; no app ever sees the master key or an administrator's URL. */
export const appEnvironment = z.object({
  /** 32 bytes, hex: this app's own key, derived from the master key. */
  SLIPWAY_SERVICE_KEY: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
  /** `nats://host:port`, without credentials; `tls://`: encrypted and verified, or not at all. */
  SLIPWAY_NATS: z.url({ protocol: /^(nats|tls)$/ }),
  /** A PEM file of authorities that sign the broker's certificate, believed instead of those that Node brings. */
  SLIPWAY_NATS_CA: certificates().optional(),
  SLIPWAY_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
  /** Where this process shows health and metrics, apart from what it serves; 0: a free port, which its log names. */
  SLIPWAY_METRICS_PORT: port().default(0),
  /** The address that port listens on; `0.0.0.0` in a container. */
  SLIPWAY_METRICS_HOST: z.string().default('127.0.0.1'),
});
export type AppConfig = z.output<typeof appEnvironment>;

/** What every service with a schema is started with. */
export const serviceEnvironment = appEnvironment.extend({
  /** `postgres://host:port/database`, without credentials; of several hosts between commas the first primary counts. */
  SLIPWAY_DATABASE: postgresUrl(),
  /**
   * Whether statements of the token path are prepared once for each connection. A pooler that shares connections between
   * transactions may not carry them (PgBouncer before 1.21).
   */
  SLIPWAY_PREPARED_STATEMENTS: flag().default(true),
  /** How often, and after how long, consumers are asked what they have not recorded. */
  SLIPWAY_RECONCILE_SECONDS: z.coerce.number().int().min(1).max(3_600).default(15),
  /** For how long an event that cannot be taken is tried again before it is a dead letter. */
  SLIPWAY_PUT_OFF_SECONDS: seconds(1, 2_592_000).default(86_400),
  /** For how long a dead letter can be redelivered; then it is gone. */
  SLIPWAY_DEAD_LETTER_DAYS: z.coerce.number().int().min(1).max(3_650).default(90),
});
export type ServiceConfig = z.output<typeof serviceEnvironment>;

/** What every app is started with that keeps or calls addresses which others chose. */
export const egressEnvironment = z.object({
  /** Production mode: such addresses must be https, and not on loopback. */
  SLIPWAY_PRODUCTION: flag().default(false),
  /** Private networks that such addresses may lie in. */
  SLIPWAY_EGRESS_ALLOW: networks().default([]),
  /** Where the processes of this installation listen: no such address on this machine. `deploy/setup` knows them. */
  SLIPWAY_OWN_PORTS: ports().default([]),
});
export type EgressConfig = z.output<typeof egressEnvironment>;

/** What every HTTP edge is started with. */
export const edgeEnvironment = appEnvironment.extend({
  /** The address to listen on; `0.0.0.0` in a container. */
  SLIPWAY_HOST: z.string().default('localhost'),
  /** Proxies in front, whose word about the caller's address is taken: how many, or their addresses. */
  SLIPWAY_TRUST_PROXY: proxies().default(0),
  /** Requests a minute from one address to /v1, on one copy. */
  SLIPWAY_RATE_LIMIT_PER_MINUTE: z.coerce.number().int().min(1).default(6_000),
  /** Within which a request must have arrived, its body included. */
  SLIPWAY_REQUEST_SECONDS: seconds(1, 86_400).default(60),
  /** After which a connection on which nothing moves is closed: longer than what is behind needs to reply. */
  SLIPWAY_IDLE_SECONDS: seconds(1, 86_400).default(60),
  /**
   * How long an edge that is told to stop goes on serving while `/readyz` says so: longer than a balancer in front needs to
   * see it. 0: nobody looks.
   */
  SLIPWAY_DRAIN_SECONDS: seconds(0, 60).default(0),
});
export type EdgeConfig = z.output<typeof edgeEnvironment>;
