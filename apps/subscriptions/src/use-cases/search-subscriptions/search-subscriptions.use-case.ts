import { subscriptions, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { limitedTo } from '../../storage/reviewer-groups.repository';
import { findSubscriptions } from '../../storage/staff-lists.repository';
import { describeFound } from '../../views/staff-lists.view';
import { AccountSideReader } from '../../workflows/account-sides';

/** Subscriptions of all partners, for staff; for a reviewer without those whose plan is reviewed by others (B43). */
@UseCase()
export class SearchSubscriptions {
  constructor(
    private readonly database: Database,
    private readonly sides: AccountSideReader,
  ) {}

  @RpcHandler(subscriptions.searchSubscriptions)
  async search({ cursor, ...wanted }: RequestOf<typeof subscriptions.searchSubscriptions>, context: RpcContext) {
    const page = { ...wanted, after: afterCursor(cursor), limitedTo: limitedTo(staffOf(context)) };
    const found = await this.database.reading('shared', (manager) => findSubscriptions(manager, page));
    const { rows, nextCursor } = pageOf(found, wanted.limit);
    const sides = await this.sides.of(rows, context);
    return this.database.reading('shared', async (manager) => ({
      items: await describeFound(manager, rows, sides),
      nextCursor,
    }));
  }
}
