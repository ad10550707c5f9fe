import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { isUniqueViolation, type Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { Answers, personOf, UseCase, Writes, type Call } from '#libs/messaging';
import { hashPassword } from '../../passwords';
import { AccountRequest, Domain } from '../../storage/entities';

type Request = RequestOf<typeof identity.requestSandbox>;

/**
 * Asks for the sandbox (B2, B5, B6). It is opened by event, in its own environment's partition; until then it is
 * `provisioning`. @throws identity.sandbox_of_sandbox, identity.sandbox_exists
 */
@UseCase()
export class RequestSandbox {
  constructor(private readonly writes: Writes) {}

  @Answers(identity.requestSandbox)
  async execute(request: Request, call: Call) {
    if (personOf(call).environment === 'sandbox') {
      fail(
        'identity.sandbox_of_sandbox',
        'A sandbox account has no sandbox of its own. Sign in to the primary account.',
      );
    }
    const { reply } = await this.writes
      .once(call, request, (tx) => this.request(tx, request, call))
      .catch(orSandboxExists);
    return reply;
  }

  private async request(tx: Tx, { admin }: Request, call: Call) {
    const { partnerId } = personOf(call);
    const { domain, accountId } = await tx.manager.findOneByOrFail(Domain, { partnerId, environment: 'sandbox' });
    await tx.manager.insert(AccountRequest, {
      environment: 'sandbox',
      partnerId,
      accountId,
      domain,
      state: 'provisioning',
      username: admin.username,
      displayName: admin.displayName,
      email: admin.email,
      passwordHash: await hashPassword(admin.password),
    });
    await tx.emit(identity.sandboxRequested, { id: accountId, version: 1 }, { partnerId, by: actorOf(call.caller) });
    return { state: 'provisioning' as const, domain };
  }
}

function orSandboxExists(error: unknown): never {
  if (isUniqueViolation(error, 'account_requests_pkey'))
    fail('identity.sandbox_exists', 'This organisation has its sandbox account already.');
  throw error;
}
