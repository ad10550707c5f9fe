import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { StaffId } from '#libs/contracts';
import { Database, newId, recordAct } from '#libs/database';
import { newTraceId } from '#libs/rpc';
import { IdentityConfig } from '../config';
import { hashPassword } from '../secrets/passwords';

/** Makes the first administrator of the staff from the settings, where there is no staff yet. */
@Injectable()
export class FirstAdmin implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    @Inject(IdentityConfig) private readonly config: IdentityConfig,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { SLIPWAY_ADMIN_EMAIL: email, SLIPWAY_ADMIN_PASSWORD: password } = this.config;
    const traceId = newTraceId();
    await this.database.transaction('shared', traceId, async (tx) => {
      const { manager } = tx;
      // Copies that start at the same moment take turns.
      await manager.query('lock table identity.staff in share row exclusive mode');
      const [{ count }] = await manager.query<[{ count: string }]>('select count(*) from identity.staff');
      if (Number(count) > 0) return;
      const staffId = newId<StaffId>();
      await manager.query(
        `insert into identity.staff (id, email, display_name, role, password_hash) values ($1, $2, 'Administrator', 'admin', $3)`,
        [staffId, email.toLowerCase(), await hashPassword(password)],
      );
      const by = { kind: 'system' as const, id: null };
      await recordAct(tx, { by, action: 'identity.make-first-admin', targets: { staffId }, traceId });
    });
  }
}
