import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '#libs/clock';
import type { StaffId } from '#libs/contracts';
import { Database, newId, recordAct } from '#libs/database';
import { newTraceId } from '#libs/rpc';
import { IdentityConfig } from '../config';
import { Passwords } from '../secrets/passwords';

const startMsMax = 30_000;

/** Makes the first administrator of the staff from the settings, where there is no staff yet. */
@Injectable()
export class FirstAdmin implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly clock: Clock,
    @Inject(IdentityConfig) private readonly config: IdentityConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { SLIPWAY_ADMIN_EMAIL: email, SLIPWAY_ADMIN_PASSWORD: password } = this.config;
    const traceId = newTraceId();
    if (await this.database.reading('shared', hasStaff)) return;
    const waiting = { deadline: this.clock.monotonic() + startMsMax };
    const passwordHash = await this.passwords.hashChosen(password, '/SLIPWAY_ADMIN_PASSWORD', waiting);
    await this.database.transaction('shared', traceId, async (tx) => {
      const { manager } = tx;
      // Copies that start at the same moment take turns.
      await manager.query('lock table identity.staff in share row exclusive mode');
      if (await hasStaff(manager)) return;
      const staffId = newId<StaffId>();
      await manager.query(
        `insert into identity.staff (id, email, display_name, role, password_hash) values ($1, $2, 'Administrator', 'admin', $3)`,
        [staffId, email.toLowerCase(), passwordHash],
      );
      const by = { kind: 'system' as const, id: null };
      await recordAct(tx, { by, action: 'identity.make-first-admin', targets: { staffId }, traceId });
    });
  }
}

async function hasStaff(manager: EntityManager): Promise<boolean> {
  const [{ count }] = await manager.query<[{ count: string }]>('select count(*) from identity.staff');
  return Number(count) > 0;
}
