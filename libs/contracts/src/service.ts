/** Services that own a Postgres schema of the same name and answer questions over NATS. */
export const services = ['identity', 'tokens', 'subscriptions', 'notifications'] as const;
export type Service = (typeof services)[number];

/** HTTP edges: they own no tables and ask the services. */
export const edges = ['gateway', 'admin'] as const;
export type Edge = (typeof edges)[number];

export const apps = [...services, ...edges] as const;
export type App = (typeof apps)[number];
