import { identity, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { fail, notFound } from '#libs/errors';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Passwords } from '../../secrets/passwords';
import { requireStillStaff } from '../../storage/callers';
import { StaffMember } from '../../storage/entities';
import { OwnSessions } from '../../storage/own-sessions';
import { describeStaff } from '../../views/staff.view';

type Request = RequestOf<typeof identity.updateStaff>;

/**
 * A new password, a new role or being switched off ends the member's sessions.
 *
 * @throws identity.weak_password, not_found, identity.last_staff_admin
 */
@UseCase()
export class UpdateStaff {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly passwords: Passwords,
  ) {}

  @RpcHandler(identity.updateStaff)
  async execute(request: Request, context: RpcContext) {
    const { staffId, password, displayName, role, active } = request;
    const passwordHash =
      password === undefined ? undefined : await this.passwords.hashChosen(password, '/password', context);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      // Changes of staff take turns, so that two admins cannot remove each other.
      await tx.manager.query('select id from identity.staff for update');
      await requireStillStaff(tx.manager, staffOf(context));
      const member = await tx.manager.findOneBy(StaffMember, { id: staffId });
      if (!member) throw notFound();
      if (isAdmin(member) && (active === false || role === 'reviewer')) await this.requireAnotherAdmin(tx);
      const change = {
        ...(displayName !== undefined && { displayName }),
        ...(role !== undefined && { role }),
        ...(active !== undefined && { active }),
        ...(passwordHash !== undefined && { passwordHash }),
      };
      if (Object.keys(change).length > 0) await tx.manager.update(StaffMember, { id: staffId }, change);
      await this.announce(tx, Object.assign(member, change), { role, active });
      if (passwordHash !== undefined || role !== undefined || active === false)
        await OwnSessions.ofStaff(staffId).endAll(tx.manager);
      return describeStaff(member);
    });
    return reply;
  }

  /** What they may do has changed, or whether they may do anything. */
  private async announce(tx: Tx, member: StaffMember, changed: Pick<Request, 'role' | 'active'>): Promise<void> {
    if (changed.role === undefined && changed.active === undefined) return;
    const { id, role, active } = member;
    const version = member.version + 1;
    await tx.manager.update(StaffMember, { id }, { version });
    await tx.publishEvent(identity.staffChanged, { id, version }, { staffId: id, role, active });
  }

  private async requireAnotherAdmin(tx: Tx): Promise<void> {
    const admins = await tx.manager.countBy(StaffMember, { role: 'admin', active: true });
    if (admins <= 1)
      fail('identity.last_staff_admin', 'The last admin must stay one. Make somebody else an admin first.');
  }
}

/** Switched off, it is no admin that could be missed. */
const isAdmin = ({ role, active }: StaffMember): boolean => role === 'admin' && active;
