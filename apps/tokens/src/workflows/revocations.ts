import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '#libs/clock';
import { tokens, type Environment, type RequestOf } from '#libs/contracts';
import { Database, type Tx } from '#libs/database';
import { Broadcasts } from '#libs/broker';
import { TokensConfig } from '../config';

interface Row {
  application_id: string;
  not_before: Date;
  until: Date;
}

/** "Not before" revocations: tokens of an application ID made earlier are refused by every gateway. */
@Injectable()
export class Revocations {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly broadcasts: Broadcasts,
    @Inject(TokensConfig) private readonly config: TokensConfig,
  ) {}

  /**
   * Raises the revocation. It is never lowered: a repetition, or the event that follows, changes nothing that a later one
   * has raised.
   */
  async raise(
    tx: Tx,
    environment: Environment,
    { partnerId, applicationId }: RequestOf<typeof tokens.revokeApplication>,
    notBefore: Date,
  ): Promise<tokens.Revocation> {
    const until = new Date(notBefore.getTime() + this.config.SLIPWAY_TOKEN_SECONDS_MAX * 1_000);
    await tx.manager.query('delete from tokens.revocations where environment = $1 and until < $2', [
      environment,
      tx.now,
    ]);
    const [row] = await tx.manager.query<Row[]>(
      `insert into tokens.revocations as r (environment, application_id, partner_id, not_before, until)
       values ($1, $2, $3, $4, $5)
       on conflict (environment, application_id)
         do update set not_before = greatest(r.not_before, excluded.not_before), until = greatest(r.until, excluded.until)
       returning application_id, not_before, until`,
      [environment, applicationId, partnerId, notBefore, until],
    );
    return toRevocation(row ?? { application_id: applicationId, not_before: notBefore, until });
  }

  async revokedBefore(tx: Tx, environment: Environment, applicationId: string): Promise<Date | undefined> {
    const [row] = await tx.manager.query<Pick<Row, 'not_before'>[]>(
      'select not_before from tokens.revocations where environment = $1 and application_id = $2',
      [environment, applicationId],
    );
    return row?.not_before;
  }

  /** Tells every gateway at once. A gateway that misses it reads the list a second later. */
  broadcast(environment: Environment, revocation: tokens.Revocation): void {
    this.broadcasts.send(tokens.revoked, environment, revocation);
  }

  list(environment: Environment): Promise<tokens.Revocation[]> {
    return this.database.reading(environment, async (manager) => {
      const rows = await manager.query<Row[]>(
        'select application_id, not_before, until from tokens.revocations where environment = $1 and until > $2',
        [environment, this.clock.date()],
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
