import type { EntityManager } from 'typeorm';
import type { Environment, PersonId } from '#libs/contracts';

/** Of those who share an address. */
const foundMax = 10;

/** Whoever signs in so, in this environment; or else whoever is written to there. */
export async function findPeopleByLogin(
  manager: EntityManager,
  environment: Environment,
  { username, domain, login }: { username: string; domain: string; login: string },
): Promise<PersonId[]> {
  const rows = await manager.query<{ id: PersonId; by_name: boolean }[]>(
    `select p.id, true as by_name from identity.accounts a
       join identity.people p on p.environment = a.environment and p.account_id = a.id
     where a.environment = $1 and a.domain = $2 and p.username = $3
     union all
     (select id, false from identity.people where environment = $1 and email = $4 order by id limit $5)`,
    [environment, domain, username, login, foundMax],
  );
  const named = rows.filter(({ by_name: byName }) => byName);
  return (named.length > 0 ? named : rows).map(({ id }) => id);
}
