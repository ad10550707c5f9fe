import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { fail } from '#libs/errors';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { requireStillStaff } from '../../storage/callers';
import { Registrations } from '../../storage/registrations.repository';
import { RegistrationExpiry } from '../../workflows/registration-expiry';

/**
 * Staff frees a domain that somebody else has registered and that nobody has confirmed: what would have happened when the
 * registration expired happens now, and is over a moment after this has answered. @throws not_found, identity.registration_confirmed
 */
@UseCase()
export class EndRegistration {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly registrations: Registrations,
    private readonly expiry: RegistrationExpiry,
  ) {}

  @RpcHandler(identity.endRegistration)
  async execute(request: RequestOf<typeof identity.endRegistration>, context: RpcContext) {
    const { partnerId } = request;
    await this.transaction.run(context, request, async (tx) => {
      await requireStillStaff(tx.manager, staffOf(context));
      const registration = await this.registrations.lock(tx.manager, partnerId);
      if (registration.confirmedAt) {
        fail('identity.registration_confirmed', 'This registration was confirmed. Suspend the partner instead.');
      }
      await this.expiry.begin(tx, registration, actorOf(context.caller));
      return {};
    });
    this.expiry.goOn();
    return {};
  }
}
