import { Injectable } from '@nestjs/common';
import { tokens, type Environment } from '#libs/contracts';
import { Database, type Tx } from '#libs/database';
import { Connections } from '#libs/messaging';
import { config } from './config';

interface Row {
  application_id: string;
  not_before: Date;
  until: Date;
}

/** "Not before" floors: tokens of an application ID made earlier are refused by every gateway. */
@Injectable()
export class Revocations {
  constructor(
    private readonly database: Database,
    private readonly connections: Connections,
  ) {}

  /**
   * Raises the floor. It is never lowered: a repetition, or the event that follows, changes nothing that a later one
   * has raised.
   */
  async raise(tx: Tx, environment: Environment, applicationId: string, notBefore: Date): Promise<tokens.Revocation> {
    const until = new Date(notBefore.getTime() + config.SLIPWAY_TOKEN_SECONDS_MAX * 1_000);
    await tx.manager.query('delete from tokens.revocations where environment = $1 and until < now()', [environment]);
    const [row] = await tx.manager.query<Row[]>(
      `insert into tokens.revocations as r (environment, application_id, not_before, until) values ($1, $2, $3, $4)
       on conflict (environment, application_id)
         do update set not_before = greatest(r.not_before, excluded.not_before), until = greatest(r.until, excluded.until)
       returning application_id, not_before, until`,
      [environment, applicationId, notBefore, until],
    );
    return toRevocation(row ?? { application_id: applicationId, not_before: notBefore, until });
  }

  async floorOf(tx: Tx, environment: Environment, applicationId: string): Promise<Date | undefined> {
    const [row] = await tx.manager.query<Pick<Row, 'not_before'>[]>(
      'select not_before from tokens.revocations where environment = $1 and application_id = $2',
      [environment, applicationId],
    );
    return row?.not_before;
  }

  /** Tells every gateway at once. A gateway that misses it reads the list a second later. */
  push(environment: Environment, revocation: tokens.Revocation): void {
    this.connections.of(environment).publish(tokens.revocationSubject(environment), JSON.stringify(revocation));
  }

  list(environment: Environment): Promise<tokens.Revocation[]> {
    return this.database.reading(environment, async (manager) => {
      const rows = await manager.query<Row[]>(
        'select application_id, not_before, until from tokens.revocations where environment = $1 and until > now()',
        [environment],
      );
      return rows.map(toRevocation);
    });
  }
}

const toRevocation = ({ application_id, not_before, until }: Row): tokens.Revocation => ({
  applicationId: application_id,
  notBefore: not_before.getTime(),
  until: until.getTime(),
});
