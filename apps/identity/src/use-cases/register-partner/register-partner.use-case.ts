import { Inject } from '@nestjs/common';
import { actorOf, identity, type AccountId, type PartnerId, type RequestOf } from '#libs/contracts';
import { isUniqueViolation, newId, type Tx } from '#libs/database';
import { SlipwayError } from '#libs/errors';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { AccountOpening, type HashedAdmin } from '../../workflows/account-opening';
import { IdentityConfig } from '../../config';
import { Domain, Partner } from '../../storage/entities';

type Request = RequestOf<typeof identity.registerPartner>;
type Registration = Omit<Request, 'admin'> & { admin: HashedAdmin };

/**
 * Registers an organisation with its primary account; its sandbox's domain is reserved with it. What it says of itself
 * is a claim until staff confirms it, unless the setting trusts registrations (B9). @throws identity.weak_password, identity.domain_taken
 */
@UseCase()
export class RegisterPartner {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly opening: AccountOpening,
    @Inject(IdentityConfig) private readonly config: IdentityConfig,
  ) {}

  @RpcHandler(identity.registerPartner)
  async execute(request: Request, context: RpcContext) {
    const admin = await this.opening.hashed(request.admin, context);
    const { reply } = await this.transaction
      .run(context, request, (tx) => this.register(tx, { ...request, admin }, context))
      .catch(orDomainTaken);
    const { partnerId, account } = reply;
    await this.opening.openNow(context, 'production', { partnerId, accountId: account.id });
    return reply;
  }

  private async register(tx: Tx, { admin, ...claims }: Registration, context: RpcContext) {
    const partnerId = newId<PartnerId>();
    const accountId = newId<AccountId>();
    const sandboxAccountId = newId<AccountId>();
    const domain = claims.domain;
    const by = actorOf(context.caller);
    const verified = this.config.SLIPWAY_TRUST_REGISTRATION;
    await tx.manager.insert(Partner, { id: partnerId, ...claims, verified, version: 1, createdAt: tx.now });
    await tx.manager.insert(Domain, [
      { domain, environment: 'production', partnerId, accountId },
      { domain: `sandbox.${domain}`, environment: 'sandbox', partnerId, accountId: sandboxAccountId },
    ]);
    await this.opening.request(tx, { environment: 'production', partnerId, accountId, domain, admin });
    await tx.publishEvent(
      identity.partnerRegistered,
      { id: partnerId, version: 1 },
      { partnerId, by, name: claims.name },
    );
    if (verified) await tx.publishEvent(identity.partnerVerified, { id: partnerId, version: 1 }, { partnerId, by });
    return {
      partnerId,
      account: { id: accountId, environment: 'production' as const, domain, state: 'active' as const },
    };
  }
}

function orDomainTaken(error: unknown): never {
  if (!isUniqueViolation(error, 'domains_pkey')) throw error;
  throw new SlipwayError('identity.domain_taken', 'This domain is registered already.', {
    fields: [{ pointer: '/domain', detail: 'Choose another domain, or sign in with the account that has it.' }],
  });
}
