import { subscriptions, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, UseCase } from '#libs/rpc';
import { findSubscriptions } from '../../storage/staff-lists.repository';
import { describeFound } from '../../views/staff-lists.view';

/** Subscriptions of all partners, for staff. */
@UseCase()
export class SearchSubscriptions {
  constructor(private readonly database: Database) {}

  @RpcHandler(subscriptions.searchSubscriptions)
  search({ cursor, ...wanted }: RequestOf<typeof subscriptions.searchSubscriptions>) {
    return this.database.reading('shared', async (manager) => {
      const found = await findSubscriptions(manager, { ...wanted, after: afterCursor(cursor) });
      const { rows, nextCursor } = pageOf(found, wanted.limit);
      return { items: await describeFound(manager, rows), nextCursor };
    });
  }
}
