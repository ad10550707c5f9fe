import { deriveServiceKey } from '#libs/config';
import type { App } from '#libs/contracts';

export interface SystemSettings {
  masterKey: string;
  databaseUrl: string;
  natsUrl: string;
  gatewayPort: number;
  adminPort: number;
  publicUrl: string;
  /** Where staff reaches the admin edge; on localhost unless told. */
  adminUrl?: string;
  dataDir?: string;
  adminEmail: string;
  adminPassword: string;
  trustRegistration: boolean;
}

/** Addresses without the administrator's credentials: services log in as themselves. */
function bare(url: string): string {
  const address = new URL(url);
  address.username = '';
  address.password = '';
  const sslMode = address.searchParams.get('sslmode');
  address.search = sslMode ? `?sslmode=${sslMode}` : '';
  return address.toString();
}

/** The environment each app is started with: its own key and what it needs, never the master key. */
export function serviceEnvironment(app: App, system: SystemSettings): Record<string, string> {
  const common = {
    SLIPWAY_SERVICE_KEY: deriveServiceKey(system.masterKey, app),
    SLIPWAY_NATS: bare(system.natsUrl),
    ...(system.dataDir && { SLIPWAY_DATA_DIR: system.dataDir }),
  };
  const database = { SLIPWAY_DATABASE: bare(system.databaseUrl) };
  const own: Record<App, Record<string, string>> = {
    identity: {
      ...database,
      SLIPWAY_ADMIN_EMAIL: system.adminEmail,
      SLIPWAY_ADMIN_PASSWORD: system.adminPassword,
      SLIPWAY_TRUST_REGISTRATION: system.trustRegistration ? '1' : '0',
    },
    tokens: { ...database, SLIPWAY_PUBLIC_URL: system.publicUrl },
    subscriptions: database,
    notifications: database,
    gateway: { SLIPWAY_GATEWAY_PORT: String(system.gatewayPort), SLIPWAY_PUBLIC_URL: system.publicUrl },
    admin: {
      SLIPWAY_ADMIN_PORT: String(system.adminPort),
      SLIPWAY_ADMIN_URL: system.adminUrl ?? `http://localhost:${system.adminPort}`,
    },
  };
  return { ...common, ...own[app] };
}
