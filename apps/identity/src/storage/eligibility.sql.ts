/**
 * B9: whether a rule of the environment names the partner's programme and type. The one place where they are matched;
 * both arguments are SQL.
 */
export const ruleMatches = (environment: string, partner: string): string =>
  `exists (select from identity.eligibility_rules r
           where r.environment = ${environment} and r.programme = ${partner}.programme and r.type = ${partner}.type)`;
