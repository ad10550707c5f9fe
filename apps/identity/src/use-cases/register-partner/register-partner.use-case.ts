import { Inject } from '@nestjs/common';
import { actorOf, identity, type AccountId, type PartnerId, type RequestOf } from '#libs/contracts';
import { isUniqueViolation, newId, type Tx } from '#libs/database';
import { SlipwayError } from '#libs/errors';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { AccountOpening, type HashedAdmin } from '../../workflows/account-opening';
import { announcePartner } from '../../workflows/partner-announcements';
import { rowsOfAddressesMax } from '../../workflows/guess-limits';
import { Throttle } from '../../workflows/throttle';
import { IdentityConfig } from '../../config';
import { networkOf } from '#libs/turns';
import { expiryOf, warningOf } from '../../domain/registration';
import { Domain, Partner } from '../../storage/entities';
import { Partners } from '../../storage/partners.repository';
import { Registrations } from '../../storage/registrations.repository';

type Request = RequestOf<typeof identity.registerPartner>;
type Registration = Omit<Request, 'admin'> & { admin: HashedAdmin };

/**
 * Registers an organisation with its primary account; its sandbox's domain is reserved with it. What it says of itself
 * is a claim until staff confirms it, unless the setting trusts registrations (B9), and expires (docs/adr/0020).
 * @throws identity.weak_password, identity.domain_taken, identity.too_many_registrations
 */
@UseCase()
export class RegisterPartner {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly opening: AccountOpening,
    private readonly registrations: Registrations,
    private readonly throttle: Throttle,
    private readonly partners: Partners,
    @Inject(IdentityConfig) private readonly config: IdentityConfig,
  ) {}

  @RpcHandler(identity.registerPartner)
  async execute(request: Request, context: RpcContext) {
    await this.requireFew(context);
    const admin = await this.opening.hashed(request.admin, context);
    const { reply } = await this.transaction
      .run(context, request, (tx) => this.register(tx, { ...request, admin }, context))
      .catch(orDomainTaken);
    const { partnerId, account } = reply;
    await this.opening.openNow(context, 'production', { partnerId, accountId: account.id });
    return reply;
  }

  /**
   * Before anything is computed for it. Those that fail count too: each costs a password's hash, and tells whether a domain
   * is taken.
   */
  private async requireFew({ address = '' }: RpcContext): Promise<void> {
    const limit = { attemptsMax: this.config.SLIPWAY_REGISTRATIONS_PER_HOUR, windowSeconds: 3_600 };
    const name = `registration/${networkOf(address)}`;
    const retryAfterSeconds = await this.throttle.take({ name, limit, rowsMax: rowsOfAddressesMax });
    if (retryAfterSeconds === 0) return;
    const message = 'Too many registrations from this address. Try again later.';
    throw new SlipwayError('identity.too_many_registrations', message, { retryAfterSeconds });
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
    const expiresAt = expiryOf(tx.now, this.config.SLIPWAY_REGISTRATION_DAYS);
    const claim = { partnerId, domain, expiresAt, confirmedAt: verified ? tx.now : null };
    await this.registrations.add(tx.manager, claim, verified ? null : warningOf(expiresAt));
    await this.opening.request(tx, { environment: 'production', partnerId, accountId, domain, admin });
    await tx.publishEvent(
      identity.partnerRegistered,
      { id: partnerId, version: 1 },
      { partnerId, by, name: claims.name },
    );
    await announcePartner(tx, partnerId);
    if (verified) {
      const { eligibility } = await this.partners.get(tx.manager, partnerId);
      const eligible = { sandbox: eligibility.sandbox.eligible, production: eligibility.production.eligible };
      await tx.publishEvent(identity.partnerVerified, { id: partnerId, version: 1 }, { partnerId, by, eligible });
    }
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
