import { Inject } from '@nestjs/common';
import { Clock } from '#libs/clock';
import { identity, type PartnerId } from '#libs/contracts';
import { Database, type Tx } from '#libs/database';
import { txtRecordsOf } from '#libs/egress';
import { fail, SlipwayError } from '#libs/errors';
import { personOf, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { IdentityConfig } from '../../config';
import { recordOf } from '../../domain/registration';
import { Registration } from '../../storage/entities';
import { Registrations } from '../../storage/registrations.repository';
import { describeDomainVerification } from '../../views/registration.view';
import { ActingPerson } from '../../workflows/acting-person';
import { RegistrationExpiry } from '../../workflows/registration-expiry';

/** DNS needs longer than that to show a change. */
const betweenChecksMs = 5_000;

/**
 * B9: a TXT record that only the owner of a domain can publish proves that it is theirs. Of what else the partner says of
 * itself it proves nothing. @throws identity.domain_not_proven, identity.domain_checked_just_now,
 * identity.dns_unavailable, identity.registration_expired
 */
@UseCase()
export class VerifyDomain {
  constructor(
    private readonly database: Database,
    private readonly transaction: IdempotentTransaction,
    private readonly registrations: Registrations,
    private readonly acting: ActingPerson,
    private readonly clock: Clock,
    @Inject(IdentityConfig) private readonly config: IdentityConfig,
  ) {}

  @RpcHandler(identity.getDomainVerification)
  get(_request: object, context: RpcContext) {
    return this.database.reading('shared', async (manager) =>
      describeDomainVerification(await this.registrations.get(manager, personOf(context).partnerId)),
    );
  }

  @RpcHandler(identity.verifyDomain)
  async execute(request: object, context: RpcContext) {
    const person = personOf(context);
    if (person.environment === 'sandbox')
      fail('forbidden', 'The domain is proven from the primary account. Sign in there.');
    await this.requireRecord(person.partnerId);
    const { reply } = await this.acting.whileThere(person, context.traceId, () =>
      this.transaction.run(context, request, (tx) => this.prove(tx, person.partnerId)),
    );
    return reply;
  }

  /** Outside the transaction: others decide how long DNS takes. */
  private async requireRecord(partnerId: PartnerId): Promise<void> {
    const registration = await this.database.reading('shared', (manager) => this.registrations.get(manager, partnerId));
    if (registration.provenAt) return;
    await this.takeTurn(registration);
    const record = recordOf(registration.domain, registration.challenge);
    const found = await txtRecordsOf(record.name, this.config.SLIPWAY_DNS_SERVERS).catch(orDnsUnavailable);
    if (found.includes(record.value)) return;
    fail('identity.domain_not_proven', 'DNS does not show the record yet. Publish it, or wait until it is seen.', {
      record,
    });
  }

  /** Nobody makes our resolver work as fast as they can send. */
  private async takeTurn({ id }: Registration): Promise<void> {
    const begun = await this.database.reading('shared', (manager) =>
      this.registrations.beginCheck(manager, id, this.clock.date(), betweenChecksMs),
    );
    if (begun) return;
    const message = 'The domain was looked at a moment ago. Try again in a few seconds.';
    throw new SlipwayError('identity.domain_checked_just_now', message, {
      retryAfterSeconds: betweenChecksMs / 1_000,
    });
  }

  private async prove(tx: Tx, partnerId: PartnerId) {
    const registration = await this.registrations.lock(tx.manager, partnerId);
    RegistrationExpiry.requireNotExpired(registration);
    if (!registration.provenAt) {
      await this.registrations.confirm(tx.manager, registration, {
        provenAt: tx.now,
        confirmedAt: registration.confirmedAt ?? tx.now,
      });
    }
    return describeDomainVerification(await this.registrations.get(tx.manager, partnerId));
  }
}

function orDnsUnavailable(cause: unknown): never {
  throw new SlipwayError('identity.dns_unavailable', 'DNS gives no answer about this domain. Try again shortly.', {
    cause,
  });
}
