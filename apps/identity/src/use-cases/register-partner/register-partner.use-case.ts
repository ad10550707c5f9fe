import { actorOf, identity, type AccountId, type PartnerId, type RequestOf } from '#libs/contracts';
import { Database, isUniqueViolation, newId, type Tx } from '#libs/database';
import { SlipwayError } from '#libs/errors';
import { Answers, UseCase, Writes, type Call } from '#libs/messaging';
import { AccountOpening } from '../../account-opening';
import { config } from '../../config';
import { hashPassword } from '../../passwords';
import { AccountRequest, Domain, Organisation } from '../../storage/entities';

type Request = RequestOf<typeof identity.registerPartner>;

/**
 * Registers an organisation with its primary account; its sandbox's domain is reserved with it. What it says of itself
 * is a claim until staff confirms it, unless the setting trusts registrations (B9). @throws identity.domain_taken
 */
@UseCase()
export class RegisterPartner {
  constructor(
    private readonly writes: Writes,
    private readonly database: Database,
    private readonly opening: AccountOpening,
  ) {}

  @Answers(identity.registerPartner)
  async execute(request: Request, call: Call) {
    const { reply } = await this.writes
      .once(call, request, (tx) => this.register(tx, request, call))
      .catch(orDomainTaken);
    await this.database.transaction('production', call.traceId, (tx) =>
      this.opening.open(tx, 'production', reply.partnerId),
    );
    return reply;
  }

  private async register(tx: Tx, { admin, ...claims }: Request, call: Call) {
    const partnerId = newId<PartnerId>();
    const accountId = newId<AccountId>();
    const sandboxAccountId = newId<AccountId>();
    const domain = claims.domain;
    const by = actorOf(call.caller);
    const verified = config.SLIPWAY_TRUST_REGISTRATION;
    await tx.manager.insert(Organisation, { id: partnerId, ...claims, verified, version: 1, createdAt: new Date() });
    await tx.manager.insert(Domain, [
      { domain, environment: 'production', partnerId, accountId },
      { domain: `sandbox.${domain}`, environment: 'sandbox', partnerId, accountId: sandboxAccountId },
    ]);
    await tx.manager.insert(AccountRequest, {
      environment: 'production',
      partnerId,
      accountId,
      domain,
      state: 'provisioning',
      username: admin.username,
      displayName: admin.displayName,
      email: admin.email,
      passwordHash: await hashPassword(admin.password),
    });
    await tx.emit(identity.partnerRegistered, { id: partnerId, version: 1 }, { partnerId, by, name: claims.name });
    if (verified) await tx.emit(identity.partnerVerified, { id: partnerId, version: 1 }, { partnerId, by });
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
