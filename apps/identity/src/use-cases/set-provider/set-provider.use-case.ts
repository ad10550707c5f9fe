import { actorOf, identity, type Actor, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { requireStillStaff } from '../../storage/callers';
import { addPolicy, changeProvider, getProvider, lockProvider } from '../../storage/provider.repository';
import { contactOf, describeProvider } from '../../views/provider.view';

type Request = RequestOf<typeof identity.setProvider>;

/** What the provider says of itself, put in place of what it said before. A policy that says something else is a new version. */
@UseCase()
export class SetProvider {
  constructor(private readonly transaction: IdempotentTransaction) {}

  @RpcHandler(identity.setProvider)
  async execute(request: Request, context: RpcContext) {
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      await requireStillStaff(tx.manager, staffOf(context));
      return this.set(tx, request, actorOf(context.caller));
    });
    return reply;
  }

  private async set(tx: Tx, { name, contact, policy, reviewDays, calendar }: Request, by: Actor) {
    const version = await lockProvider(tx.manager);
    const contacts = { contactEmail: contact.email, contactUrl: contact.url };
    await changeProvider(tx, { name, ...contacts, reviewDays, ...(calendar && { calendar }), version });
    if (policy) await addPolicy(tx, policy.text, by);
    const provider = await getProvider(tx.manager);
    const policyVersion = provider.policy?.version ?? null;
    await tx.publishEvent(
      identity.providerChanged,
      { id: 'provider', version },
      { by, name, contact: contactOf(provider), reviewDays, policyVersion },
    );
    return describeProvider(provider);
  }
}
