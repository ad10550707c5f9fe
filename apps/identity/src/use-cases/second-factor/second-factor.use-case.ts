import { identity, type ReplyOf, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { fail, notFound } from '#libs/errors';
import { RpcHandler, sessionOf, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction, type Refusal } from '#libs/service';
import { enrolmentOf } from '../../domain/second-factor';
import { requireStillStaff } from '../../storage/callers';
import { StaffMember } from '../../storage/entities';
import { OwnSessions } from '../../storage/own-sessions';
import { SecondFactors } from '../../workflows/second-factors';
import { SessionAttempts, wrongCode } from '../../workflows/session-attempts';

/** B58: staff sign in with a second factor. Presenting it, enrolling one's own, and giving it up. */
@UseCase()
export class SecondFactorOfStaff {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly secondFactors: SecondFactors,
    private readonly attempts: SessionAttempts,
  ) {}

  /** @throws identity.wrong_code, identity.too_many_codes, identity.no_second_factor */
  @RpcHandler(identity.presentSecondFactor)
  async present(request: RequestOf<typeof identity.presentSecondFactor>, context: RpcContext) {
    const { staffId } = staffOf(context);
    const { id } = sessionOf(context);
    const { reply } = await this.transaction.run(context, request, (tx) =>
      this.trying(tx, context, async () => {
        if (!(await this.secondFactors.accept(tx, staffId, request.code))) return undefined;
        await tx.manager.query('update identity.staff_sessions set code_presented = true where id = $1', [id]);
        const recoveryCodesLeft = await this.secondFactors.recoveryCodesLeft(tx.manager, staffId);
        return { secondFactor: 'none' as const, recoveryCodesLeft };
      }),
    );
    return reply;
  }

  /** @throws identity.second_factor_required */
  @RpcHandler(identity.startSecondFactor)
  async start(request: object, context: RpcContext): Promise<ReplyOf<typeof identity.startSecondFactor>> {
    const member = staffOf(context);
    const { id } = sessionOf(context);
    const { reply } = await this.transaction.run<ReplyOf<typeof identity.startSecondFactor>>(
      context,
      request,
      async (tx) => {
        await requireStillStaff(tx.manager, member);
        const { email } = await tx.manager.findOneByOrFail(StaffMember, { id: member.staffId });
        return enrolmentOf(await this.secondFactors.begin(tx, member.staffId, id), email);
      },
      { record: () => ({ secret: null, uri: null }) },
    );
    return reply;
  }

  /** @throws identity.wrong_code, identity.no_second_factor, identity.second_factor_required */
  @RpcHandler(identity.confirmSecondFactor)
  async confirm(request: RequestOf<typeof identity.confirmSecondFactor>, context: RpcContext) {
    const { staffId } = staffOf(context);
    const { id } = sessionOf(context);
    const { reply } = await this.transaction.run(
      context,
      request,
      (tx) =>
        this.trying(tx, context, async () => {
          const recoveryCodes = await this.secondFactors.confirm(tx, staffId, id, request.code);
          return recoveryCodes && { recoveryCodes };
        }),
      { record: () => ({ recoveryCodes: [] }) },
    );
    return reply;
  }

  /** Other sessions end, as they may lack its code. @throws identity.second_factor_compulsory */
  @RpcHandler(identity.removeSecondFactor)
  async remove(request: object, context: RpcContext) {
    const member = staffOf(context);
    const { id } = sessionOf(context);
    await this.transaction.run(context, request, async (tx) => {
      await requireStillStaff(tx.manager, member);
      if (this.secondFactors.isCompulsory)
        fail('identity.second_factor_compulsory', 'Staff must have a second factor here. You can replace yours.');
      await OwnSessions.ofStaff(member.staffId).endOthers(tx.manager, id);
      await this.secondFactors.remove(tx, member.staffId);
      return {};
    });
    return {};
  }

  /** For a colleague who has lost theirs. @throws not_found, identity.own_second_factor */
  @RpcHandler(identity.resetSecondFactor)
  async reset(request: RequestOf<typeof identity.resetSecondFactor>, context: RpcContext) {
    const { staffId } = request;
    await this.transaction.run(context, request, async (tx) => {
      // As whatever changes staff: it takes turns with acts of theirs that are under way.
      await tx.manager.query('select id from identity.staff for update');
      await requireStillStaff(tx.manager, staffOf(context));
      if (!(await tx.manager.existsBy(StaffMember, { id: staffId }))) throw notFound();
      if (staffId === staffOf(context).staffId)
        fail('identity.own_second_factor', 'This is for a colleague who has lost theirs. You can replace your own.');
      await OwnSessions.ofStaff(staffId).endAll(tx.manager);
      await this.secondFactors.remove(tx, staffId);
      return {};
    });
    return {};
  }

  /** @param attempt undefined where the code was wrong */
  private async trying<Reply>(
    { manager }: Tx,
    context: RpcContext,
    attempt: () => Promise<Reply | undefined>,
  ): Promise<Reply | Refusal> {
    const member = staffOf(context);
    const { id } = sessionOf(context);
    await requireStillStaff(manager, member);
    const sessions = OwnSessions.ofStaff(member.staffId);
    const before = await this.attempts.begin(manager, sessions, id);
    const reply = await attempt();
    if (reply === undefined) return this.attempts.wrong(manager, sessions, id, before, wrongCode());
    await this.attempts.right(manager, sessions, id);
    return reply;
  }
}
