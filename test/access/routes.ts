/** Who may call a route. `token`: no session of a person, but a session token of the environment. */
export type Who = 'public' | 'token' | 'person' | 'developer' | 'global_admin' | 'any staff' | 'reviewer' | 'admin';

/** What the id in the path names, where it names something that belongs to somebody. */
export type Named = 'person' | 'key' | 'message' | 'subscription' | 'session' | 'webhook';

export interface Access {
  who: Who;
  of?: Named;
  /** A body that would be accepted, so that an id is looked for. */
  body?: unknown;
  /** It takes a session token in place of a session, too. */
  orToken?: true;
  /** Its reply does not end by itself. */
  streams?: true;
}

/** Every operation of the partners' edge. A new one is added here, or test/access/every-route.spec.ts fails. */
export const gatewayRoutes: Record<string, Access> = {
  'POST /v1/partners': { who: 'public' },
  'POST /v1/sessions': { who: 'public' },
  'DELETE /v1/sessions/current': { who: 'person' },
  'GET /v1/sessions': { who: 'person' },
  'DELETE /v1/sessions': { who: 'person' },
  'DELETE /v1/sessions/{id}': { who: 'person', of: 'session' },
  'POST /v1/password-resets': { who: 'public' },
  'POST /v1/password-resets/confirmation': { who: 'public' },
  'POST /v1/invitations/acceptance': { who: 'public' },
  'POST /v1/email-verifications': { who: 'public' },

  'GET /v1/account': { who: 'person' },
  'PUT /v1/account/password': { who: 'person' },
  'PUT /v1/account/api-access': { who: 'global_admin' },
  'DELETE /v1/account/tokens': { who: 'global_admin' },
  'POST /v1/account/setup': { who: 'global_admin' },
  'GET /v1/account/domain-verification': { who: 'person' },
  'POST /v1/account/domain-verification': { who: 'global_admin' },
  'GET /v1/account/users': { who: 'person' },
  'POST /v1/account/users': { who: 'global_admin' },
  'PATCH /v1/account/users/{id}': { who: 'global_admin', of: 'person', body: { role: 'developer' } },
  'DELETE /v1/account/users/{id}': { who: 'global_admin', of: 'person' },
  'GET /v1/sandbox': { who: 'person' },
  'POST /v1/sandbox': { who: 'global_admin' },
  'GET /v1/sandbox/policy': { who: 'person' },

  'GET /v1/provider': { who: 'public' },
  'GET /v1/provider/policies/{version}': { who: 'public' },
  'GET /v1/provider/logo': { who: 'public' },

  'GET /v1/products': { who: 'person' },
  'GET /v1/products/{id}': { who: 'person' },
  'POST /v1/subscriptions': { who: 'developer' },
  'GET /v1/subscriptions': { who: 'person' },
  'GET /v1/subscriptions/{id}': { who: 'person', of: 'subscription' },
  'DELETE /v1/subscriptions/{id}': { who: 'developer', of: 'subscription' },
  'POST /v1/subscriptions/{id}/cancellation': {
    who: 'global_admin',
    of: 'subscription',
    body: { confirm: 'Integration' },
  },
  'DELETE /v1/subscriptions/{id}/cancellation': { who: 'global_admin', of: 'subscription' },
  'GET /v1/subscriptions/{id}/test-data': { who: 'person', of: 'subscription' },
  'GET /v1/subscriptions/{id}/form': { who: 'person', of: 'subscription' },
  'GET /v1/subscriptions/{id}/timeline': { who: 'person', of: 'subscription' },
  'GET /v1/subscriptions/{id}/submissions': { who: 'person', of: 'subscription' },
  'POST /v1/subscriptions/{id}/submissions': { who: 'developer', of: 'subscription', body: {} },
  'POST /v1/subscriptions/{id}/withdrawal': { who: 'developer', of: 'subscription' },

  'POST /v1/keys': { who: 'developer' },
  'GET /v1/keys': { who: 'person' },
  'GET /v1/keys/{id}': { who: 'person', of: 'key' },
  'PATCH /v1/keys/{id}': { who: 'developer', of: 'key', body: { name: 'mine now' } },
  'DELETE /v1/keys/{id}': { who: 'developer', of: 'key' },
  'POST /v1/keys/{id}/regeneration': { who: 'developer', of: 'key', body: {} },
  'POST /v1/keys/{id}/rotation': { who: 'developer', of: 'key', body: {} },
  'POST /v1/keys/{id}/tokens': { who: 'developer', of: 'key' },
  'DELETE /v1/keys/{id}/tokens': { who: 'developer', of: 'key' },

  'GET /v1/notifications': { who: 'person' },
  'GET /v1/notifications/stream': { who: 'person', orToken: true, streams: true },
  'GET /v1/events': { who: 'person', orToken: true },
  'PATCH /v1/notifications/{id}': { who: 'person', of: 'message', body: { read: true } },

  'POST /v1/webhooks': { who: 'developer' },
  'GET /v1/webhooks': { who: 'person' },
  'GET /v1/webhooks/{id}': { who: 'person', of: 'webhook' },
  'PATCH /v1/webhooks/{id}': { who: 'developer', of: 'webhook', body: { description: 'mine now' } },
  'DELETE /v1/webhooks/{id}': { who: 'developer', of: 'webhook' },
  'POST /v1/webhooks/{id}/rotation': { who: 'developer', of: 'webhook', body: {} },
  'POST /v1/webhooks/{id}/test': { who: 'developer', of: 'webhook' },
  'GET /v1/webhooks/{id}/deliveries': { who: 'person', of: 'webhook' },
  'GET /v1/webhooks/{id}/deliveries/{deliveryId}': { who: 'person', of: 'webhook' },
  'POST /v1/webhooks/{id}/deliveries/{deliveryId}/replay': { who: 'developer', of: 'webhook' },
  'POST /v1/webhooks/{id}/replay': { who: 'developer', of: 'webhook', body: { since: '2026-01-01T00:00:00Z' } },

  'POST /sandbox/oauth2/token': { who: 'public' },
  'POST /production/oauth2/token': { who: 'public' },
  'GET /sandbox/oauth2/jwks': { who: 'public' },
  'GET /production/oauth2/jwks': { who: 'public' },
  'POST /sandbox/rest/v1/app/session/token': { who: 'public' },
  'POST /production/rest/v1/app/session/token': { who: 'public' },
  'GET /.well-known/oauth-authorization-server/sandbox': { who: 'public' },
  'GET /.well-known/oauth-authorization-server/production': { who: 'public' },
  'GET /sandbox/.well-known/openid-configuration': { who: 'public' },
  'GET /production/.well-known/openid-configuration': { who: 'public' },
  'GET /sandbox/whoami': { who: 'token' },
  'GET /production/whoami': { who: 'token' },
  'GET /sandbox/api/{product}/{path}': { who: 'token' },
  'POST /sandbox/api/{product}/{path}': { who: 'token' },
  'PUT /sandbox/api/{product}/{path}': { who: 'token' },
  'PATCH /sandbox/api/{product}/{path}': { who: 'token' },
  'DELETE /sandbox/api/{product}/{path}': { who: 'token' },
  'GET /production/api/{product}/{path}': { who: 'token' },
  'POST /production/api/{product}/{path}': { who: 'token' },
  'PUT /production/api/{product}/{path}': { who: 'token' },
  'PATCH /production/api/{product}/{path}': { who: 'token' },
  'DELETE /production/api/{product}/{path}': { who: 'token' },
};

/** Every operation of the staff's edge. */
export const adminRoutes: Record<string, Access> = {
  'POST /v1/sessions': { who: 'public' },
  'DELETE /v1/sessions/current': { who: 'any staff' },
  'GET /v1/sessions': { who: 'any staff' },
  'DELETE /v1/sessions': { who: 'any staff' },
  'DELETE /v1/sessions/{id}': { who: 'any staff' },
  'POST /v1/sessions/current/second-factor': { who: 'any staff' },
  'POST /v1/sessions/current/reauthentication': { who: 'any staff' },
  'PUT /v1/me/password': { who: 'any staff' },
  'PUT /v1/me/second-factor': { who: 'any staff' },
  'POST /v1/me/second-factor/confirmation': { who: 'any staff' },
  'DELETE /v1/me/second-factor': { who: 'any staff' },

  'GET /v1/staff': { who: 'any staff' },
  'POST /v1/staff': { who: 'admin' },
  'PATCH /v1/staff/{id}': { who: 'admin' },
  'DELETE /v1/staff/{id}/second-factor': { who: 'admin' },

  'GET /v1/partners': { who: 'any staff' },
  'GET /v1/partners/{id}': { who: 'any staff' },
  'PATCH /v1/partners/{id}': { who: 'admin' },
  'DELETE /v1/partners/{id}/registration': { who: 'admin' },
  'POST /v1/partners/{id}/suspension': { who: 'admin' },
  'DELETE /v1/partners/{id}/suspension': { who: 'admin' },
  'POST /v1/partners/{id}/rescue': { who: 'admin' },
  'DELETE /v1/partners/{id}/tokens': { who: 'admin' },
  'GET /v1/eligibility/{environment}': { who: 'any staff' },
  'PUT /v1/eligibility/{environment}': { who: 'admin' },

  'GET /v1/provider': { who: 'public' },
  'PUT /v1/provider': { who: 'admin' },
  'GET /v1/provider/policies/{version}': { who: 'public' },
  'GET /v1/provider/logo': { who: 'public' },
  'PUT /v1/provider/logo': { who: 'admin' },
  'DELETE /v1/provider/logo': { who: 'admin' },

  'GET /v1/products': { who: 'any staff' },
  'POST /v1/products': { who: 'admin' },
  'GET /v1/products/{id}': { who: 'any staff' },
  'PATCH /v1/products/{id}': { who: 'admin' },
  'GET /v1/products/{id}/test-data': { who: 'any staff' },
  'PUT /v1/products/{id}/test-data': { who: 'admin' },
  'POST /v1/products/{id}/plans': { who: 'admin' },
  'PUT /v1/products/{id}/plans/{planId}/submission-form': { who: 'admin' },

  'GET /v1/subscriptions': { who: 'any staff' },
  'POST /v1/subscriptions/{id}/payment': { who: 'admin' },
  'DELETE /v1/subscriptions/{id}/payment': { who: 'admin' },
  'GET /v1/subscriptions/{id}/timeline': { who: 'any staff' },
  'GET /v1/reviews': { who: 'reviewer' },
  'GET /v1/reviews/{id}': { who: 'reviewer' },
  'POST /v1/reviews/{id}/approval': { who: 'reviewer' },
  'POST /v1/reviews/{id}/rejection': { who: 'reviewer' },
  'POST /v1/reviews/{id}/change-request': { who: 'reviewer' },
  'POST /v1/reviews/{id}/reopening': { who: 'reviewer' },

  'GET /v1/events/{environment}': { who: 'any staff' },
  'GET /v1/events/{environment}/stream': { who: 'any staff', streams: true },
  'GET /v1/mails': { who: 'any staff' },
  'GET /v1/dead-letters': { who: 'any staff' },
  'POST /v1/dead-letters/redelivery': { who: 'admin' },
  'POST /v1/dead-letters/{id}/redelivery': { who: 'admin' },

  'POST /v1/webhooks/{environment}': { who: 'admin' },
  'GET /v1/webhooks/{environment}': { who: 'any staff' },
  'GET /v1/webhooks/{environment}/{id}': { who: 'any staff' },
  'PATCH /v1/webhooks/{environment}/{id}': { who: 'admin' },
  'DELETE /v1/webhooks/{environment}/{id}': { who: 'admin' },
  'POST /v1/webhooks/{environment}/{id}/rotation': { who: 'admin' },
  'POST /v1/webhooks/{environment}/{id}/test': { who: 'admin' },
  'GET /v1/webhooks/{environment}/{id}/deliveries': { who: 'any staff' },
  'GET /v1/webhooks/{environment}/{id}/deliveries/{deliveryId}': { who: 'any staff' },
  'POST /v1/webhooks/{environment}/{id}/deliveries/{deliveryId}/replay': { who: 'admin' },
  'POST /v1/webhooks/{environment}/{id}/replay': { who: 'admin' },
};
