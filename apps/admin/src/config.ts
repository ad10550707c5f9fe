import type { z } from 'zod';
import { edgeEnvironment, httpUrl, port } from '#libs/config';

/** Where it is injected. */
export const AdminConfig = Symbol('AdminConfig');
export type AdminConfig = z.output<typeof schema>;

const schema = edgeEnvironment.extend({
  SLIPWAY_ADMIN_PORT: port().default(8081),
  /** Where staff reaches this edge; cookies come from it. */
  SLIPWAY_ADMIN_URL: httpUrl(),
  /** Where partners reach the gateway: the links that staff hands on to them lead there. */
  SLIPWAY_PUBLIC_URL: httpUrl(),
});

export const adminConfig = { schema, token: AdminConfig };
