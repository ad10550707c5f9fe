/**
 * Every app of the system, a row each. From this list come the broker's users, the database's roles and schemas, the
 * migrations, the processes that `npm start` and the tests supervise, what `docker-compose.yml` is compared with, and
 * the environment that each app is started with (docs/adding-a-service.md).
 */
export interface AppRow {
  /** The folder in `apps/`, and of a service its schema in Postgres and its contract in this library. */
  name: string;
  /** A service owns tables and handles RPC; an edge speaks HTTP and owns nothing. */
  kind: 'service' | 'edge';
  /** What of the installation's settings it is given, beside its own key and the addresses that all are given. */
  settings: readonly InstallationSetting[];
}

/** Settings that differ between installations and that more than one process may need to agree on. */
export type InstallationSetting =
  | 'SLIPWAY_PUBLIC_URL'
  | 'SLIPWAY_ADMIN_URL'
  | 'SLIPWAY_GATEWAY_PORT'
  | 'SLIPWAY_ADMIN_PORT'
  | 'SLIPWAY_ADMIN_EMAIL'
  | 'SLIPWAY_ADMIN_PASSWORD'
  | 'SLIPWAY_TRUST_REGISTRATION'
  | 'SLIPWAY_STAFF_SECOND_FACTOR';

export const registry = [
  {
    name: 'identity',
    kind: 'service',
    settings: [
      'SLIPWAY_ADMIN_EMAIL',
      'SLIPWAY_ADMIN_PASSWORD',
      'SLIPWAY_TRUST_REGISTRATION',
      'SLIPWAY_STAFF_SECOND_FACTOR',
    ],
  },
  { name: 'tokens', kind: 'service', settings: ['SLIPWAY_PUBLIC_URL'] },
  { name: 'subscriptions', kind: 'service', settings: [] },
  { name: 'notifications', kind: 'service', settings: ['SLIPWAY_ADMIN_URL', 'SLIPWAY_PUBLIC_URL'] },
  { name: 'gateway', kind: 'edge', settings: ['SLIPWAY_GATEWAY_PORT', 'SLIPWAY_PUBLIC_URL'] },
  { name: 'admin', kind: 'edge', settings: ['SLIPWAY_ADMIN_PORT', 'SLIPWAY_ADMIN_URL', 'SLIPWAY_PUBLIC_URL'] },
] as const satisfies readonly AppRow[];

type Row = (typeof registry)[number];

/** Services own a Postgres schema of the same name and handle RPC over NATS. */
export type Service = Extract<Row, { kind: 'service' }>['name'];
/** HTTP edges own no tables and call the services. */
export type Edge = Extract<Row, { kind: 'edge' }>['name'];
export type App = Row['name'];

const named = <Name extends App>(kind: Row['kind']): readonly Name[] =>
  registry.filter((row) => row.kind === kind).map(({ name }) => name as Name);

export const services = named<Service>('service');
export const edges = named<Edge>('edge');
export const apps: readonly App[] = registry.map(({ name }) => name);

/** Web sites: a folder of `apps/` each, built into files that an edge serves, and no process. */
export const sites = [{ name: 'portal', servedBy: 'gateway' }] as const satisfies readonly {
  name: string;
  servedBy: Edge;
}[];
