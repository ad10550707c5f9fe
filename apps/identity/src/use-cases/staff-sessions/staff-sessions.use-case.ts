import { Inject } from '@nestjs/common';
import { Clock } from '#libs/clock';
import { identity, type RequestOf, type StaffId, type StaffRole } from '#libs/contracts';
import { Database } from '#libs/database';
import { fail } from '#libs/errors';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdentityConfig } from '../../config';
import { hashSession, newStaffSession } from '../../domain/credentials';
import { passwordMatches } from '../../secrets/passwords';
import { StaffMember, StaffSession } from '../../storage/entities';
import { describeStaff } from '../../views/staff.view';

/** Sessions of the provider's own people. */
@UseCase()
export class StaffSessions {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(IdentityConfig) private readonly config: IdentityConfig,
  ) {}

  /** @throws identity.wrong_credentials */
  @RpcHandler(identity.signInStaff)
  async signIn({ email, password }: RequestOf<typeof identity.signInStaff>, context: RpcContext) {
    const member = await this.database.reading('shared', (manager) =>
      manager.findOneBy(StaffMember, { email, active: true }),
    );
    const matches = await passwordMatches(password, member?.passwordHash);
    if (!member || !matches) fail('identity.wrong_credentials', 'The e-mail address or the password is wrong.');
    const accessToken = newStaffSession();
    const expiresIn = this.config.SLIPWAY_SESSION_SECONDS;
    await this.database.transaction('shared', context.traceId, async ({ manager, now }) => {
      await manager.query('delete from identity.staff_sessions where staff_id = $1 and expires_at < $2', [
        member.id,
        now,
      ]);
      await manager.insert(StaffSession, {
        tokenHash: hashSession(accessToken),
        staffId: member.id,
        expiresAt: new Date(now.getTime() + expiresIn * 1_000),
      });
    });
    return { accessToken, expiresIn, staff: describeStaff(member) };
  }

  @RpcHandler(identity.authenticateStaff)
  async authenticate({ accessToken }: RequestOf<typeof identity.authenticateStaff>) {
    const [row] = await this.database.reading('shared', (manager) =>
      manager.query<{ id: StaffId; display_name: string; role: StaffRole }[]>(
        `select m.id, m.display_name, m.role from identity.staff_sessions s join identity.staff m on m.id = s.staff_id
         where s.token_hash = $1 and s.expires_at > $2 and m.active`,
        [hashSession(accessToken), this.clock.date()],
      ),
    );
    if (!row) return { caller: null };
    return { caller: { kind: 'staff' as const, staffId: row.id, displayName: row.display_name, role: row.role } };
  }

  @RpcHandler(identity.signOutStaff)
  async signOut({ accessToken }: RequestOf<typeof identity.signOutStaff>, context: RpcContext) {
    const { staffId } = staffOf(context);
    await this.database.transaction('shared', context.traceId, ({ manager }) =>
      manager.delete(StaffSession, { tokenHash: hashSession(accessToken), staffId }),
    );
    return {};
  }
}
