import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { identity, isEnvironment, type Actor, type PartnerId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { EventHandler, unchanged, type EventOf, type Unchanged } from '#libs/events';
import { AccountRequest } from '../../storage/entities';

const slipway: Actor = { kind: 'system', id: null, displayName: 'Slipway' };

/** Brings the shared request up to date with what happened in the environment, and tells it (B7). */
@Injectable()
export class OnAccountOpened {
  /** The administrator's hash has served its purpose and is erased. */
  @EventHandler(identity.accountOpened)
  async opened(
    { data: { partnerId }, scope: environment }: EventOf<typeof identity.accountOpened>,
    tx: Tx,
  ): Promise<void> {
    if (!isEnvironment(environment)) throw new Error('accounts belong to an environment');
    const request = await tx.manager.findOneByOrFail(AccountRequest, { environment, partnerId });
    // Failed: it came true after all.
    const ready = { environment, partnerId, state: In(['provisioning', 'failed']) };
    await tx.manager.update(AccountRequest, ready, { state: environment === 'sandbox' ? 'awaiting_setup' : 'active' });
    await tx.manager.update(AccountRequest, { environment, partnerId }, { passwordHash: null, failure: null });
    if (environment === 'production') return;
    await tx.publishEvent(
      identity.sandboxProvisioned,
      { id: request.accountId, version: 1 },
      { partnerId, domain: request.domain, username: request.username, by: slipway },
    );
  }

  /** Not of one that is open: the two events may come in either order. Each failure is told once (B7, B50). */
  @EventHandler(identity.accountOpeningFailed)
  async failed(
    { data: { partnerId, reason }, scope: environment }: EventOf<typeof identity.accountOpeningFailed>,
    tx: Tx,
  ): Promise<Unchanged | undefined> {
    if (!isEnvironment(environment)) throw new Error('accounts belong to an environment');
    const waiting = { environment, partnerId, state: 'provisioning' as const };
    const { affected } = await tx.manager.update(AccountRequest, waiting, { state: 'failed', failure: reason });
    if (!affected) return unchanged;
    // Of a primary account there is nobody yet who could be told.
    if (environment === 'sandbox') await this.publishFailure(tx, partnerId);
    return undefined;
  }

  /** Version 0: it is not there. When it comes true after all, version 1 is. */
  private async publishFailure(tx: Tx, partnerId: PartnerId): Promise<void> {
    const own = { environment: 'sandbox' as const, partnerId };
    const { accountId: id, domain } = await tx.manager.findOneByOrFail(AccountRequest, own);
    await tx.publishEvent(identity.sandboxFailed, { id, version: 0 }, { partnerId, domain, by: slipway });
  }

  @EventHandler(identity.accountActivated)
  async activated({ data: { partnerId, by } }: EventOf<typeof identity.accountActivated>, tx: Tx): Promise<void> {
    const own = { environment: 'sandbox' as const, partnerId };
    const request = await tx.manager.findOneByOrFail(AccountRequest, own);
    await tx.manager.update(AccountRequest, own, { state: 'active' });
    await tx.publishEvent(
      identity.sandboxActivated,
      { id: request.accountId, version: 2 },
      { partnerId, domain: request.domain, by },
    );
  }
}
