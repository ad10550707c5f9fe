import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { Fence } from '../../workflows/fence';
import { SubscriptionEnd } from '../../workflows/subscription-end';

@UseCase()
export class EndSubscriptionKeys {
  constructor(
    private readonly database: Database,
    private readonly subscriptionEnd: SubscriptionEnd,
    private readonly fence: Fence,
  ) {}

  @RpcHandler(identity.endSubscriptionKeys)
  async execute({ partnerId, subscriptionId }: RequestOf<typeof identity.endSubscriptionKeys>, context: RpcContext) {
    if (context.scope === 'shared') throw new Error('keys belong to an environment');
    const environment = context.scope;
    await this.database.transaction(environment, context.traceId, (tx) =>
      this.subscriptionEnd.endKeys(tx, { environment, partnerId, subscriptionId, by: actorOf(context.caller) }),
    );
    await this.fence.pass();
    return {};
  }
}
