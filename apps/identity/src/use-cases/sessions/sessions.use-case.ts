import { Clock } from '#libs/clock';
import { identity, type RequestOf, type SessionId } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { notFound } from '#libs/errors';
import { personOf, RpcHandler, sessionOf, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { requireStillStaff, requireStillThere } from '../../storage/callers';
import { OwnSessions } from '../../storage/own-sessions';
import { describeSession } from '../../views/session.view';
import { SessionLife } from '../../workflows/session-life';

/** Where somebody is signed in, and ending it: one's own, of people and of staff. Another's is `not_found`. */
@UseCase()
export class Sessions {
  constructor(
    private readonly database: Database,
    private readonly transaction: IdempotentTransaction,
    private readonly life: SessionLife,
    private readonly clock: Clock,
  ) {}

  @RpcHandler(identity.listSessions)
  list(page: RequestOf<typeof identity.listSessions>, context: RpcContext) {
    return this.listOf(OwnSessions.ofPerson(personOf(context)), page, context);
  }

  @RpcHandler(identity.listStaffSessions)
  listOfStaff(page: RequestOf<typeof identity.listStaffSessions>, context: RpcContext) {
    return this.listOf(OwnSessions.ofStaff(staffOf(context).staffId), page, context);
  }

  /** @throws not_found */
  @RpcHandler(identity.endSession)
  async end(request: RequestOf<typeof identity.endSession>, context: RpcContext) {
    const person = personOf(context);
    await this.transaction.run(context, request, async ({ manager }) => {
      await requireStillThere(manager, person);
      if (!(await OwnSessions.ofPerson(person).end(manager, request.sessionId))) throw notFound();
      return {};
    });
    return {};
  }

  /** @throws not_found */
  @RpcHandler(identity.endStaffSession)
  async endOfStaff(request: RequestOf<typeof identity.endStaffSession>, context: RpcContext) {
    const member = staffOf(context);
    await this.transaction.run(context, request, async ({ manager }) => {
      await requireStillStaff(manager, member);
      if (!(await OwnSessions.ofStaff(member.staffId).end(manager, request.sessionId))) throw notFound();
      return {};
    });
    return {};
  }

  @RpcHandler(identity.endOtherSessions)
  async endOthers(request: object, context: RpcContext) {
    const person = personOf(context);
    const { id } = sessionOf(context);
    const { reply } = await this.transaction.run(context, request, async ({ manager }) => {
      await requireStillThere(manager, person);
      return { endedSessions: await OwnSessions.ofPerson(person).endOthers(manager, id) };
    });
    return reply;
  }

  @RpcHandler(identity.endOtherStaffSessions)
  async endOthersOfStaff(request: object, context: RpcContext) {
    const member = staffOf(context);
    const { id } = sessionOf(context);
    const { reply } = await this.transaction.run(context, request, async ({ manager }) => {
      await requireStillStaff(manager, member);
      return { endedSessions: await OwnSessions.ofStaff(member.staffId).endOthers(manager, id) };
    });
    return reply;
  }

  private listOf(
    sessions: OwnSessions,
    { limit, cursor }: RequestOf<typeof identity.listSessions>,
    context: RpcContext,
  ) {
    const current: SessionId = sessionOf(context).id;
    return this.database.reading(context.scope, async (manager) => {
      const live = this.life.liveAt(this.clock.date());
      const { rows, nextCursor } = pageOf(await sessions.list(manager, live, limit, afterCursor(cursor)), limit);
      return { items: rows.map((row) => describeSession(row, current)), nextCursor };
    });
  }
}
