/**
 * The closed list of ways a request can fail. Mappers look at the category, never at the code, so a new
 * error needs no new branch anywhere.
 */
export const categories = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  not_allowed: 405,
  too_slow: 408,
  conflict: 409,
  gone: 410,
  too_large: 413,
  address_too_long: 414,
  unsupported: 415,
  not_expected: 417,
  mismatch: 422,
  rate_limited: 429,
  headers_too_large: 431,
  internal: 500,
  not_implemented: 501,
  bad_gateway: 502,
  unavailable: 503,
  gateway_timeout: 504,
} as const;

export type Category = keyof typeof categories;

export const httpStatusOf = (category: Category): number => categories[category];
