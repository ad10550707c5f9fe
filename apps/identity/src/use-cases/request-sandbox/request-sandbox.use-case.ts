import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { isUniqueViolation, type Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Domain } from '../../storage/entities';
import { ActingPerson } from '../../workflows/acting-person';
import { AccountOpening, type HashedAdmin } from '../../workflows/account-opening';

type Request = RequestOf<typeof identity.requestSandbox>;

/**
 * Asks for the sandbox (B2, B5, B6). It is opened by event, in its own environment's partition; until then it is
 * `provisioning`. One that has failed is asked for again the same way (B7). @throws identity.weak_password, identity.sandbox_of_sandbox, identity.sandbox_exists
 */
@UseCase()
export class RequestSandbox {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly opening: AccountOpening,
    private readonly acting: ActingPerson,
  ) {}

  @RpcHandler(identity.requestSandbox)
  async execute(request: Request, context: RpcContext) {
    const person = personOf(context);
    if (person.environment === 'sandbox') {
      fail(
        'identity.sandbox_of_sandbox',
        'A sandbox account has no sandbox of its own. Sign in to the primary account.',
      );
    }
    const admin = await this.opening.hashed(request.admin, context);
    const requested = this.acting.whileThere(person, context.traceId, () =>
      this.transaction.run(context, request, (tx) => this.request(tx, admin, context)),
    );
    const { reply } = await requested.catch(orSandboxExists);
    return reply;
  }

  private async request(tx: Tx, admin: HashedAdmin, context: RpcContext) {
    const { partnerId } = personOf(context);
    const { domain, accountId } = await tx.manager.findOneByOrFail(Domain, { partnerId, environment: 'sandbox' });
    const wanted = { environment: 'sandbox' as const, partnerId, admin };
    const isRetry = await this.opening.requestAgain(tx, wanted);
    if (!isRetry) await this.opening.request(tx, { ...wanted, accountId, domain });
    await tx.publishEvent(
      identity.sandboxRequested,
      { id: accountId, version: 1 },
      { partnerId, by: actorOf(context.caller) },
    );
    return { state: 'provisioning' as const, domain };
  }
}

function orSandboxExists(error: unknown): never {
  if (isUniqueViolation(error, 'account_requests_pkey'))
    fail('identity.sandbox_exists', 'This organisation has its sandbox account already.');
  throw error;
}
