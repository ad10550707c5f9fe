import { Inject } from '@nestjs/common';
import { Clock } from '#libs/clock';
import { identity, type RequestOf, type StaffCaller, type StaffId, type StaffRole } from '#libs/contracts';
import { Database, type Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { asSignedIn, RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { IdentityConfig } from '../../config';
import { hashSession, newStaffSession } from '../../domain/credentials';
import { requireStillStaff } from '../../storage/callers';
import { StaffMember, StaffSession } from '../../storage/entities';
import { describeStaff } from '../../views/staff.view';
import { KnownDevices } from '../../workflows/known-devices';
import { PasswordGuesses } from '../../workflows/password-guesses';
import { RefusedSignIns } from '../../workflows/refused-sign-ins';

/** Sessions of the provider's own people. */
@UseCase()
export class StaffSessions {
  constructor(
    private readonly database: Database,
    private readonly transaction: IdempotentTransaction,
    private readonly guesses: PasswordGuesses,
    private readonly devices: KnownDevices,
    private readonly refused: RefusedSignIns,
    private readonly clock: Clock,
    @Inject(IdentityConfig) private readonly config: IdentityConfig,
  ) {}

  /** @throws identity.wrong_credentials, identity.too_many_failures */
  @RpcHandler(identity.signInStaff)
  async signIn(request: RequestOf<typeof identity.signInStaff>, context: RpcContext) {
    const { email, password } = request;
    const member = await this.database.reading('shared', (manager) =>
      manager.findOneBy(StaffMember, { email, active: true }),
    );
    const device = await this.devices.ofStaff(member, request.device);
    const guess = { name: email, device, password, passwordHash: member?.passwordHash };
    const matches = await this.guesses.isRight(guess, context);
    if (member && !matches) void this.refused.record(context, { staffId: member.id });
    if (!member || !matches) refuse();
    const accessToken = newStaffSession();
    const signedIn = asSignedIn(callerOf(member), context);
    const { reply: given } = await this.transaction.run(signedIn, request, async (tx) => {
      await this.open(tx, member, accessToken);
      return this.devices.keepOfStaff(tx, member, device);
    });
    const expiresIn = this.config.SLIPWAY_SESSION_SECONDS;
    return { accessToken, expiresIn, staff: describeStaff(member), device: given };
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
  async signOut(request: RequestOf<typeof identity.signOutStaff>, context: RpcContext) {
    const member = staffOf(context);
    const { staffId } = member;
    const { reply } = await this.transaction.run(context, request, async ({ manager }) => {
      await requireStillStaff(manager, member);
      await manager.delete(StaffSession, { tokenHash: hashSession(request.accessToken), staffId });
      return {};
    });
    return reply;
  }

  private async open({ manager, now }: Tx, { id, passwordHash }: StaffMember, accessToken: string): Promise<void> {
    // Switched off, or given another password, since this one was compared: whoever did that has ended all sessions.
    const unchanged = { id, passwordHash, active: true };
    if (!(await manager.findOne(StaffMember, { where: unchanged, lock: { mode: 'pessimistic_read' } }))) refuse();
    await manager.query('delete from identity.staff_sessions where staff_id = $1 and expires_at < $2', [id, now]);
    await manager.insert(StaffSession, {
      tokenHash: hashSession(accessToken),
      staffId: id,
      expiresAt: new Date(now.getTime() + this.config.SLIPWAY_SESSION_SECONDS * 1_000),
    });
  }
}

const callerOf = ({ id, displayName, role }: StaffMember): StaffCaller => ({
  kind: 'staff',
  staffId: id,
  displayName,
  role,
});

function refuse(): never {
  fail('identity.wrong_credentials', 'The e-mail address or the password is wrong.');
}
