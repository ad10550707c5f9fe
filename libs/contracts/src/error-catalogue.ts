/**
 * Every error code that crosses a boundary, with its category (libs/errors maps categories to HTTP). Codes are stable:
 * clients may switch on them. A new failure is a new line here.
 */
export const errorCatalogue = {
  // every service
  invalid_request: 'invalid',
  malformed_json: 'invalid',
  not_signed_in: 'unauthenticated',
  session_expired: 'unauthenticated',
  forbidden: 'forbidden',
  not_found: 'not_found',
  conflict: 'conflict',
  payload_too_large: 'too_large',
  unsupported_media_type: 'unsupported',
  rate_limited: 'rate_limited',
  unavailable: 'unavailable',
  internal: 'internal',
  'idempotency.in_progress': 'conflict',
  'idempotency.key_reused': 'mismatch',
  'idempotency.not_supported': 'invalid',
  account_ambiguous: 'invalid',
  cross_site: 'forbidden',

  // identity
  'identity.wrong_credentials': 'unauthenticated',
  'identity.domain_taken': 'conflict',
  'identity.username_taken': 'conflict',
  'identity.sandbox_exists': 'conflict',
  'identity.sandbox_of_sandbox': 'forbidden',
  'identity.not_awaiting_setup': 'conflict',
  'identity.setup_incomplete': 'conflict',
  'identity.last_global_admin': 'conflict',
  'identity.api_access_off': 'conflict',
  'identity.not_eligible': 'conflict',
  'identity.key_limit_reached': 'conflict',
  'identity.production_locked': 'conflict',
  'identity.subscription_ended': 'conflict',
  'identity.email_taken': 'conflict',
  'identity.last_staff_admin': 'conflict',
  'identity.already_suspended': 'conflict',
  'identity.not_suspended': 'conflict',
  'identity.sign_in_again': 'forbidden',
  'identity.second_factor_required': 'forbidden',
  'identity.wrong_password': 'invalid',
  'identity.wrong_code': 'invalid',
  'identity.too_many_codes': 'rate_limited',
  'identity.no_second_factor': 'conflict',
  'identity.second_factor_compulsory': 'conflict',
  'identity.own_second_factor': 'conflict',
  'identity.not_global_admin': 'conflict',
  'identity.reset_link_invalid': 'conflict',

  // tokens
  wrong_environment: 'unauthenticated',
  invalid_client: 'unauthenticated',
  domain_mismatch: 'unauthenticated',
  token_required: 'unauthenticated',
  invalid_token: 'unauthenticated',
  unsupported_grant_type: 'invalid',
  not_eligible: 'forbidden',
  api_access_off: 'forbidden',
  'tokens.sandbox_only': 'conflict',

  // subscriptions
  'subscriptions.slug_taken': 'conflict',
  'subscriptions.wrong_phase': 'conflict',
  'subscriptions.no_sandbox_key': 'conflict',
  'subscriptions.no_sandbox_phase': 'conflict',
  'subscriptions.already_decided': 'conflict',
  'subscriptions.already_paid': 'conflict',
  'subscriptions.nothing_to_pay': 'conflict',
  'subscriptions.plan_has_no_sandbox': 'conflict',

  // gateway
  'gateway.no_such_product': 'not_found',
  'gateway.not_subscribed': 'forbidden',
  'gateway.method_not_allowed': 'not_allowed',
  'gateway.too_many_calls': 'rate_limited',
  'gateway.upstream_busy': 'unavailable',
  'gateway.upstream_failed': 'bad_gateway',
} as const;

export type ErrorCode = keyof typeof errorCatalogue;
