import { identity, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { invalid } from '#libs/errors';
import { RpcHandler, sessionOf, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Passwords } from '../../secrets/passwords';
import { requireStillStaff } from '../../storage/callers';
import { StaffMember } from '../../storage/entities';
import { OwnSessions } from '../../storage/own-sessions';
import { SecondFactors } from '../../workflows/second-factors';
import { SessionAttempts, wrongCode, wrongPassword } from '../../workflows/session-attempts';

/**
 * Proves again who is there, for what cannot be undone: with the password, and the code of whoever has a second factor.
 * @throws identity.wrong_password, identity.wrong_code, identity.too_many_codes
 */
@UseCase()
export class ReauthenticateStaff {
  constructor(
    private readonly database: Database,
    private readonly transaction: IdempotentTransaction,
    private readonly passwords: Passwords,
    private readonly secondFactors: SecondFactors,
    private readonly attempts: SessionAttempts,
  ) {}

  @RpcHandler(identity.reauthenticateStaff)
  async execute(request: RequestOf<typeof identity.reauthenticateStaff>, context: RpcContext) {
    const member = staffOf(context);
    const { staffId } = member;
    const { id } = sessionOf(context);
    const { password, code } = request;
    const known = await this.database.reading('shared', (manager) => manager.findOneBy(StaffMember, { id: staffId }));
    const isRight = await this.passwords.inTurn(context, (matches) => matches(password, known?.passwordHash));
    const sessions = OwnSessions.ofStaff(staffId);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const { manager, now } = tx;
      await requireStillStaff(manager, member);
      const before = await this.attempts.begin(manager, sessions, id);
      // Given another password since this one was compared, a member has no session any more.
      if (!isRight) return this.attempts.wrong(manager, sessions, id, before, wrongPassword('/password'));
      if (await this.secondFactors.isEnrolled(manager, staffId)) {
        if (code === undefined) throw invalid([{ pointer: '/code', detail: 'Give the code of your second factor.' }]);
        if (!(await this.secondFactors.accept(tx, staffId, code)))
          return this.attempts.wrong(manager, sessions, id, before, wrongCode());
      }
      await sessions.renewSignIn(manager, id, now);
      await this.attempts.right(manager, sessions, id);
      return {};
    });
    return reply;
  }
}
