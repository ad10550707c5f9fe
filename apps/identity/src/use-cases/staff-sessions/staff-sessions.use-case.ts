import { identity, type RequestOf, type StaffId, type StaffRole } from '#libs/contracts';
import { Database } from '#libs/database';
import { fail } from '#libs/errors';
import { Answers, staffOf, UseCase, type Call } from '#libs/messaging';
import { config } from '../../config';
import { hashSession, newStaffSession } from '../../domain/credentials';
import { passwordMatches } from '../../passwords';
import { StaffMember, StaffSession } from '../../storage/entities';
import { describeStaff } from '../read-staff/read-staff.use-case';

/** Sessions of the provider's own people. */
@UseCase()
export class StaffSessions {
  constructor(private readonly database: Database) {}

  /** @throws identity.wrong_credentials */
  @Answers(identity.signInStaff)
  async signIn({ email, password }: RequestOf<typeof identity.signInStaff>, call: Call) {
    const member = await this.database.reading('shared', (manager) =>
      manager.findOneBy(StaffMember, { email, active: true }),
    );
    const matches = await passwordMatches(password, member?.passwordHash);
    if (!member || !matches) fail('identity.wrong_credentials', 'The e-mail address or the password is wrong.');
    const accessToken = newStaffSession();
    const expiresIn = config.SLIPWAY_SESSION_SECONDS;
    await this.database.transaction('shared', call.traceId, async ({ manager }) => {
      await manager.query('delete from identity.staff_sessions where staff_id = $1 and expires_at < now()', [
        member.id,
      ]);
      await manager.insert(StaffSession, {
        tokenHash: hashSession(accessToken),
        staffId: member.id,
        expiresAt: new Date(Date.now() + expiresIn * 1_000),
      });
    });
    return { accessToken, expiresIn, staff: describeStaff(member) };
  }

  @Answers(identity.authenticateStaff)
  async authenticate({ accessToken }: RequestOf<typeof identity.authenticateStaff>) {
    const [row] = await this.database.reading('shared', (manager) =>
      manager.query<{ id: StaffId; display_name: string; role: StaffRole }[]>(
        `select m.id, m.display_name, m.role from identity.staff_sessions s join identity.staff m on m.id = s.staff_id
         where s.token_hash = $1 and s.expires_at > now() and m.active`,
        [hashSession(accessToken)],
      ),
    );
    if (!row) return { caller: null };
    return { caller: { kind: 'staff' as const, staffId: row.id, displayName: row.display_name, role: row.role } };
  }

  @Answers(identity.signOutStaff)
  async signOut({ accessToken }: RequestOf<typeof identity.signOutStaff>, call: Call) {
    const { staffId } = staffOf(call);
    await this.database.transaction('shared', call.traceId, ({ manager }) =>
      manager.delete(StaffSession, { tokenHash: hashSession(accessToken), staffId }),
    );
    return {};
  }
}
