/**
 * B9: whether a rule of the environment names the partner's programme and type. The one place where they are matched;
 * both arguments are SQL.
 */
export const ruleMatches = (environment: string, partner: string): string => `exists (${rulesOf(environment, partner)}
    and r.type = ${partner}.type)`;

/**
 * What of the two no rule names: `programme`; `type`, where there are rules for the programme; null where one names both.
 * The rules are looked at once for nearly everybody: a partner that is listed.
 */
export const unlisted = (environment: string, partner: string): string => `
  case when ${ruleMatches(environment, partner)} then null
    when exists (${rulesOf(environment, partner)}) then 'type' else 'programme' end`;

const rulesOf = (environment: string, partner: string): string =>
  `select from identity.eligibility_rules r where r.environment = ${environment} and r.programme = ${partner}.programme`;
