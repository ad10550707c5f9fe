import { Inject } from '@nestjs/common';
import { identity, type RequestOf, type StaffCaller, type StaffId, type StaffRole } from '#libs/contracts';
import { Database, type Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { asSignedIn, RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { IdentityConfig } from '../../config';
import { hashSession, newStaffSession } from '../../domain/credentials';
import { requireStillStaff } from '../../storage/callers';
import { StaffMember } from '../../storage/entities';
import { OwnSessions, type Live } from '../../storage/own-sessions';
import { describeStaff } from '../../views/staff.view';
import { KnownDevices } from '../../workflows/known-devices';
import { PasswordGuesses } from '../../workflows/password-guesses';
import { RefusedSignIns } from '../../workflows/refused-sign-ins';
import { SecondFactors } from '../../workflows/second-factors';
import { SessionLife } from '../../workflows/session-life';
import { SessionUse, type UsedSession } from '../../workflows/session-use';

interface Row extends UsedSession {
  staff_id: StaffId;
  display_name: string;
  role: StaffRole;
  enrolled: boolean;
  code_presented: boolean;
}

/** Sessions of the provider's own people. */
@UseCase()
export class StaffSessions {
  constructor(
    private readonly database: Database,
    private readonly transaction: IdempotentTransaction,
    private readonly guesses: PasswordGuesses,
    private readonly devices: KnownDevices,
    private readonly refused: RefusedSignIns,
    private readonly life: SessionLife,
    private readonly use: SessionUse,
    private readonly secondFactors: SecondFactors,
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
    const from = { address: context.address, userAgent: request.userAgent };
    const { reply } = await this.transaction.run(signedIn, request, async (tx) => ({
      secondFactor: await this.open(tx, member, accessToken, from),
      device: await this.devices.keepOfStaff(tx, member, device),
    }));
    return { accessToken, expiresIn: this.config.SLIPWAY_SESSION_SECONDS, staff: describeStaff(member), ...reply };
  }

  @RpcHandler(identity.authenticateStaff)
  async authenticate({ accessToken, isUse }: RequestOf<typeof identity.authenticateStaff>, context: RpcContext) {
    const found = await this.use.read(context, { accessToken, isUse }, (hash, live) => this.find(hash, live));
    if (!found) return { caller: null, session: null };
    const { row, session } = found;
    const lacking = this.secondFactors.lackingOf({ enrolled: row.enrolled, codePresented: row.code_presented });
    return {
      caller: { kind: 'staff' as const, staffId: row.staff_id, displayName: row.display_name, role: row.role },
      session: { ...session, secondFactor: lacking },
    };
  }

  @RpcHandler(identity.signOutStaff)
  async signOut(request: RequestOf<typeof identity.signOutStaff>, context: RpcContext) {
    const member = staffOf(context);
    const { staffId } = member;
    const { reply } = await this.transaction.run(context, request, async ({ manager }) => {
      await requireStillStaff(manager, member);
      const tokenHash = hashSession(request.accessToken);
      await manager.query('delete from identity.staff_sessions where staff_id = $1 and token_hash = $2', [
        staffId,
        tokenHash,
      ]);
      return {};
    });
    return reply;
  }

  private async find(tokenHash: Buffer, { now, idleSince }: Live): Promise<Row | undefined> {
    const [row] = await this.database.reading('shared', (manager) =>
      manager.query<Row[]>(
        `select s.id, s.signed_in_at, s.last_used_at, s.code_presented, m.id as staff_id, m.display_name, m.role,
           f.secret is not null as enrolled
         from identity.staff_sessions s
           join identity.staff m on m.id = s.staff_id
           left join identity.second_factors f on f.staff_id = m.id
         where s.token_hash = $1 and s.expires_at > $2 and s.last_used_at > $3 and m.active`,
        [tokenHash, now, idleSince],
      ),
    );
    return row;
  }

  /** @returns what the session lacks */
  private async open(tx: Tx, member: StaffMember, accessToken: string, from: { address?: string; userAgent?: string }) {
    const { id, passwordHash } = member;
    // Switched off, or given another password, since this one was compared: whoever did that has ended all sessions.
    const unchanged = { id, passwordHash, active: true };
    if (!(await tx.manager.findOne(StaffMember, { where: unchanged, lock: { mode: 'for_no_key_update' } }))) refuse();
    await this.life.begin(tx, OwnSessions.ofStaff(id), accessToken, from);
    const enrolled = await this.secondFactors.isEnrolled(tx.manager, id);
    return this.secondFactors.lackingOf({ enrolled, codePresented: false });
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
