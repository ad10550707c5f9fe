import { subscriptions, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { concealedFrom } from '../../storage/reviewer-groups.repository';

/** B43: for the feeds, which tell of all partners: whoever is not in a plan's group is not told of what is on that plan. */
@UseCase()
export class FindConcealed {
  constructor(private readonly database: Database) {}

  @RpcHandler(subscriptions.findConcealed)
  find({ subscriptionIds }: RequestOf<typeof subscriptions.findConcealed>, context: RpcContext) {
    const staff = staffOf(context);
    return this.database.reading('shared', async (manager) => ({
      subscriptionIds: await concealedFrom(manager, staff, subscriptionIds),
    }));
  }
}
