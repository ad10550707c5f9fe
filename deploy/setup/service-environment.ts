import { deriveServiceKey } from '#libs/crypto';
import { barePostgresUrl, parsePostgresUrl } from '#libs/config';
import { tlsParameters } from '#libs/database';
import { registry, type App, type AppRow, type InstallationSetting } from '#libs/contracts';

export interface SystemSettings {
  masterKey: string;
  databaseUrl: string;
  natsUrl: string;
  gatewayPort: number;
  adminPort: number;
  /** Where else processes of this installation listen: further copies, metrics. */
  otherPorts?: readonly number[];
  publicUrl: string;
  /** Where staff reaches the admin edge; on localhost unless told. */
  adminUrl?: string;
  dataDir?: string;
  adminEmail: string;
  adminPassword: string;
  trustRegistration: boolean;
  /** Whether staff may do without a second factor; they may not unless told. */
  staffSecondFactor?: 'required' | 'optional';
}

/** Addresses without the administrator's credentials: services log in as themselves. */
function bareNatsUrl(url: string): string {
  const address = new URL(url);
  address.username = '';
  address.password = '';
  address.search = '';
  return address.toString();
}

/** No address that somebody chooses may be one of these on this machine. */
function ownPorts({ gatewayPort, adminPort, natsUrl, databaseUrl, otherPorts = [] }: SystemSettings): string {
  const ports = [gatewayPort, adminPort, natsPort(natsUrl), ...databasePorts(databaseUrl), ...otherPorts];
  return [...new Set(ports)].join(',');
}

const natsPort = (url: string): number => Number(new URL(url).port) || 4222;
const databasePorts = (url: string): number[] => parsePostgresUrl(url).hosts.map(({ port }) => port);

/** What an app may be given of the installation's settings, by name. */
function installationSettings(system: SystemSettings): Record<InstallationSetting, string> {
  return {
    SLIPWAY_PUBLIC_URL: system.publicUrl,
    SLIPWAY_ADMIN_URL: system.adminUrl ?? `http://localhost:${system.adminPort}`,
    SLIPWAY_GATEWAY_PORT: String(system.gatewayPort),
    SLIPWAY_ADMIN_PORT: String(system.adminPort),
    SLIPWAY_ADMIN_EMAIL: system.adminEmail,
    SLIPWAY_ADMIN_PASSWORD: system.adminPassword,
    SLIPWAY_TRUST_REGISTRATION: system.trustRegistration ? '1' : '0',
    SLIPWAY_STAFF_SECOND_FACTOR: system.staffSecondFactor ?? 'required',
  };
}

/** The environment each app is started with: its own key and what its row names, never the master key. */
export function serviceEnvironment(app: App, system: SystemSettings): Record<string, string> {
  const row: AppRow | undefined = registry.find(({ name }) => name === app);
  if (!row) throw new Error(`there is no app ${app}`);
  const settings = installationSettings(system);
  return {
    SLIPWAY_SERVICE_KEY: deriveServiceKey(system.masterKey, app),
    SLIPWAY_NATS: bareNatsUrl(system.natsUrl),
    SLIPWAY_OWN_PORTS: ownPorts(system),
    ...(system.dataDir && { SLIPWAY_DATA_DIR: system.dataDir }),
    ...(row.kind === 'service' && { SLIPWAY_DATABASE: barePostgresUrl(system.databaseUrl, tlsParameters) }),
    ...Object.fromEntries(row.settings.map((name) => [name, settings[name]])),
  };
}
