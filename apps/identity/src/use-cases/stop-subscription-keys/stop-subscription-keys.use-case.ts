import { identity, type Environment, type RequestOf } from '#libs/contracts';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Fence } from '../../workflows/fence';
import { LiveTokens } from '../../workflows/live-tokens';
import { SubscriptionStop } from '../../workflows/subscription-stop';

/** A subscription was cancelled, or its payment taken back: once this has answered its keys get no token. And restored: from then on they do. */
@UseCase()
export class StopSubscriptionKeys {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly subscriptionStop: SubscriptionStop,
    private readonly fence: Fence,
    private readonly liveTokens: LiveTokens,
  ) {}

  @RpcHandler(identity.stopSubscriptionKeys)
  async stop(request: RequestOf<typeof identity.stopSubscriptionKeys>, context: RpcContext) {
    const environment = context.scope as Environment;
    await this.transaction.run(context, request, (tx) => this.subscriptionStop.stop(tx, { environment, ...request }));
    if (request.revokeTokens) await this.liveTokens.announce(environment);
    await this.fence.pass();
    return {};
  }

  @RpcHandler(identity.restoreSubscriptionKeys)
  async restore(request: RequestOf<typeof identity.restoreSubscriptionKeys>, context: RpcContext) {
    const environment = context.scope as Environment;
    await this.transaction.run(context, request, (tx) =>
      this.subscriptionStop.restore(tx, { environment, ...request }),
    );
    return {};
  }
}
