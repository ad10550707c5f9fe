import { createHash, createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { v5 } from 'uuid';
import { Clock } from '#libs/clock';
import { purposeKey, SERVICE_KEY } from '#libs/crypto';
import { Database, recordAct } from '#libs/database';
import { LOGGER, type Logger } from '#libs/observability';
import type { RpcContext } from '#libs/rpc';
import { actOf } from '#libs/service';
import type { AccountId, Environment, KeyId, PartnerId, PersonId, StaffId } from '#libs/contracts';
import { IdentityConfig } from '../config';

/** Somebody may be removed later; whose they were is kept with them. */
type Whose =
  | { personId: PersonId; accountId: AccountId; partnerId: PartnerId }
  | { staffId: StaffId }
  | { keyId: KeyId; accountId: AccountId; partnerId: PartnerId };

const placesPerHour = 16;
const filledMax = 10_000;
const hourMs = 3_600_000;

/**
 * B60: keeps that somebody tried a wrong password for somebody who exists, or went on trying secrets of a key. Anybody may
 * try, so there is a bound: each person, and each key, has sixteen rows an hour, and an address always has the same of them.
 */
@Injectable()
export class RefusedSignIns {
  private readonly addressKey: Buffer;
  /** Places that this copy has filled: a flood does not write them again and again. */
  private readonly filled: Record<Environment, LRUCache<string, true>> = {
    sandbox: new LRUCache({ max: filledMax }),
    production: new LRUCache({ max: filledMax }),
  };

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(IdentityConfig) private readonly config: IdentityConfig,
    @Inject(SERVICE_KEY) serviceKey: string,
  ) {
    this.addressKey = purposeKey(serviceKey, 'addresses of failures');
  }

  /** Where thousands a second may come. */
  recordOnce(environment: Environment, context: RpcContext, whose: Whose): void {
    const place = placeOf(whose, context.address, this.clock.date());
    if (this.filled[environment].has(place)) return;
    this.filled[environment].set(place, true);
    void this.record(context, whose);
  }

  /** Not to be waited for: the time of the reply must not tell whether somebody exists, or whether there was a row left. */
  async record(context: RpcContext, whose: Whose): Promise<void> {
    try {
      await this.database.transaction(context.scope, context.traceId, (tx) =>
        recordAct(tx, {
          ...actOf(context, whose),
          outcome: 'refused',
          id: placeOf(whose, context.address, tx.now),
          address: this.recorded(context.address),
        }),
      );
    } catch (error) {
      this.logger.warn({ err: error, traceId: context.traceId }, 'refused sign-in not recorded');
    }
  }

  /** A keyed hash is the same for the same address, and tells it to nobody who has not the key. */
  private recorded(address: string | undefined): string | undefined {
    if (address === undefined || this.config.SLIPWAY_FAILURE_ADDRESSES === 'plain') return address;
    return `hmac:${createHmac('sha256', this.addressKey).update(address).digest('base64url').slice(0, 22)}`;
  }
}

/** The same for the same address in the same hour, so that Postgres keeps the bound however many try at once. */
function placeOf(whose: Whose, address = '', now: Date): string {
  const place = createHash('sha256').update(address).digest().readUInt8() % placesPerHour;
  const hour = Math.floor(now.getTime() / hourMs);
  return v5(`refused sign-in ${hour} ${place}`, idOf(whose));
}

function idOf(whose: Whose): string {
  if ('personId' in whose) return whose.personId;
  return 'keyId' in whose ? whose.keyId : whose.staffId;
}
