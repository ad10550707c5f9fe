import { scopes, type Scope, type Service } from '#libs/contracts';

/** The login role of one service in one scope. It owns nothing. */
export const roleName = (service: Service, scope: Scope): string => `${service}_${scope}`;

/** The role that owns a service's schema and runs its migrations; no service logs in with it. */
export const ownerName = (service: Service): string => `${service}_owner`;

export const schemaRoles = (service: Service): string[] => scopes.map((scope) => roleName(service, scope));
