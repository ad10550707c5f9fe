import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { v5 } from 'uuid';
import { Database, recordAct } from '#libs/database';
import { LOGGER, type Logger } from '#libs/observability';
import type { RpcContext } from '#libs/rpc';
import { actOf } from '#libs/service';
import type { AccountId, PartnerId, PersonId, StaffId } from '#libs/contracts';

/** Somebody may be removed later; whose they were is kept with them. */
type Whose = { personId: PersonId; accountId: AccountId; partnerId: PartnerId } | { staffId: StaffId };

const placesPerHour = 16;
const hourMs = 3_600_000;

/**
 * B60: keeps that somebody tried a wrong password for somebody who exists. Anybody may try, so there is a bound: each
 * person has sixteen rows an hour, and an address always has the same of them.
 */
@Injectable()
export class RefusedSignIns {
  constructor(
    private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Not to be waited for: the time of the reply must not tell whether somebody exists, or whether there was a row left. */
  async record(context: RpcContext, whose: Whose): Promise<void> {
    try {
      await this.database.transaction(context.scope, context.traceId, (tx) =>
        recordAct(tx, { ...actOf(context, whose), outcome: 'refused', id: placeOf(whose, context.address, tx.now) }),
      );
    } catch (error) {
      this.logger.warn({ err: error, traceId: context.traceId }, 'refused sign-in not recorded');
    }
  }
}

/** The same for the same address in the same hour, so that Postgres keeps the bound however many try at once. */
function placeOf(whose: Whose, address = '', now: Date): string {
  const place = createHash('sha256').update(address).digest().readUInt8() % placesPerHour;
  const hour = Math.floor(now.getTime() / hourMs);
  return v5(`refused sign-in ${hour} ${place}`, 'personId' in whose ? whose.personId : whose.staffId);
}
