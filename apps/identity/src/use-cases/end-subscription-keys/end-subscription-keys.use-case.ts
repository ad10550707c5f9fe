import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { Answers, UseCase, type Call } from '#libs/messaging';
import { afterFence } from '../../fence';
import { endKeysOf } from '../../subscription-end';

@UseCase()
export class EndSubscriptionKeys {
  constructor(private readonly database: Database) {}

  @Answers(identity.endSubscriptionKeys)
  async execute({ partnerId, subscriptionId }: RequestOf<typeof identity.endSubscriptionKeys>, call: Call) {
    if (call.scope === 'shared') throw new Error('keys belong to an environment');
    const environment = call.scope;
    await this.database.transaction(environment, call.traceId, (tx) =>
      endKeysOf(tx, { environment, partnerId, subscriptionId, by: actorOf(call.caller) }),
    );
    await afterFence();
    return {};
  }
}
