import { Inject, Injectable } from '@nestjs/common';
import { Broadcasts } from '#libs/broker';
import { identity, type Environment, type PartnerId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { LOGGER, type Logger } from '#libs/observability';
import type { AccessKey } from '../storage/entities';
import { TokenRevocations, type EndedTokens } from '../storage/token-revocations.repository';

/** What a broadcast carries. Where more has ended at once, gateways read it from the list. */
const announced = 32;

/** Ends tokens that live already (docs/adr/0021): in the transaction of the act, announced to the gateways after it. */
@Injectable()
export class LiveTokens {
  constructor(
    private readonly revocations: TokenRevocations,
    private readonly broadcasts: Broadcasts,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** The last thing a transaction does: see `TokenRevocations`. */
  revoke(tx: Tx, ended: EndedTokens): Promise<void> {
    return this.revocations.revoke(tx, ended);
  }

  /** All of a key, whatever application IDs it has had. @param applicationId before the act */
  revokeOf(tx: Tx, { id, partnerId, accountId }: AccessKey, applicationId: string): Promise<void> {
    return this.revocations.revoke(tx, { holder: 'key', holderId: id, partnerId, accountId, applicationId });
  }

  /** In the shared scope. */
  revokeOfPartners(tx: Tx, environment: Environment, partnerIds: readonly PartnerId[]): Promise<void> {
    return this.revocations.revokePartners(tx, environment, partnerIds);
  }

  /**
   * After the commit, a replay included: every gateway that can be reached learns what was revoked. Does not throw: the
   * others read it a second later, and an error would keep a new secret from the one reply that shows it.
   */
  async announce(...environments: readonly Environment[]): Promise<void> {
    for (const environment of environments) {
      try {
        const announcement = await this.revocations.latest(environment, announced);
        this.broadcasts.send(identity.tokensRevoked, environment, announcement);
      } catch (error) {
        this.logger.warn({ err: error, environment }, 'gateways will find the ended tokens by themselves');
      }
    }
  }
}
