import type { Scope, Service } from '#libs/contracts';

export const daySeconds = 86_400;

/**
 * Which rows of a table go by their age (docs/adr/0032). A table of a service has one, or docs/retention.md says why its rows
 * stay.
 */
export interface Retention {
  /** Of the service's schema. */
  table: string;
  /** Whose rows: each is purged under its own role. */
  scopes: readonly Scope[];
  /** By what the rows of one scope are told from another's, where the table holds those of several. */
  partitionedBy?: 'scope' | 'environment';
  /** The column from which age counts. It has an index; null: the row is not old yet. */
  since: string;
  keptSeconds: number;
  /** Where those who run an installation can say so. */
  setting?: string;
  /** What stays whatever its age: a condition, in which the row is `old`. */
  unless?: string;
  /** What was taken of an event stays for as long as its publisher keeps the event. */
  withItsEvent?: boolean;
}

/** Of `$1`: age in seconds; `$2`: what is not older than that stays, too. */
function isOver({ partitionedBy, since, unless }: Retention, scope: Scope): string {
  const conditions = [
    ...(partitionedBy ? [`old.${partitionedBy} = '${scope}'`] : []),
    `old.${since} < least(now() - make_interval(secs => $1), $2::timestamptz)`,
    ...(unless ? [`not (${unless})`] : []),
  ];
  return conditions.join(' and ');
}

/** Whether there is anything to purge, without a look at more than one row. */
export const isAnyOver = (service: Service, rule: Retention, scope: Scope): string =>
  `select exists (select from ${service}.${rule.table} old where ${isOver(rule, scope)}) as is_any`;

/**
 * Deletes the oldest, `$3` of them at most, so that no statement takes long however much there is. The condition stands
 * twice: a row that is changed meanwhile is judged again, by what it is then.
 */
export function purgeStatement(service: Service, rule: Retention, scope: Scope): string {
  const table = `${service}.${rule.table}`;
  const condition = isOver(rule, scope);
  return `delete from ${table} old where ${condition} and old.ctid = any (array(
      select old.ctid from ${table} old where ${condition} order by old.${rule.since} limit $3))`;
}
