import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Fence } from '../../workflows/fence';
import { LiveTokens } from '../../workflows/live-tokens';
import { SubscriptionEnd } from '../../workflows/subscription-end';

@UseCase()
export class EndSubscriptionKeys {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly subscriptionEnd: SubscriptionEnd,
    private readonly fence: Fence,
    private readonly liveTokens: LiveTokens,
  ) {}

  @RpcHandler(identity.endSubscriptionKeys)
  async execute(request: RequestOf<typeof identity.endSubscriptionKeys>, context: RpcContext) {
    if (context.scope === 'shared') throw new Error('keys belong to an environment');
    const environment = context.scope;
    await this.transaction.run(context, request, async (tx) => {
      await this.subscriptionEnd.endKeys(tx, { environment, ...request, by: actorOf(context.caller) });
    });
    if (request.revokeTokens) await this.liveTokens.announce(environment);
    await this.fence.pass();
    return {};
  }
}
