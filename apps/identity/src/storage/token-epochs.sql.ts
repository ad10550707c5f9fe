/** The token epoch of the environment `$1`; no token has been ended there before the first. */
export const currentEpoch =
  'coalesce((select t.epoch from identity.token_epochs t where t.environment = $1), 0)::float8';
