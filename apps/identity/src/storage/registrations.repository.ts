import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { PartnerId } from '#libs/contracts';
import { notFound } from '#libs/errors';
import { Registration } from './entities';

/** What partners have claimed. Whatever confirms or ends a registration takes turns on its row. */
@Injectable()
export class Registrations {
  /** @param dueAt when the worker looks at it; null: never, as it is confirmed */
  async add(
    manager: EntityManager,
    claim: Pick<Registration, 'partnerId' | 'domain' | 'expiresAt' | 'confirmedAt'>,
    dueAt: Date | null,
  ): Promise<void> {
    const challenge = randomBytes(32).toString('hex');
    await manager.insert(Registration, { ...claim, challenge, nextAttemptAt: dueAt });
  }

  /** @throws not_found */
  async get(manager: EntityManager, partnerId: PartnerId): Promise<Registration> {
    const registration = await manager.findOneBy(Registration, { partnerId });
    if (!registration) throw notFound();
    return registration;
  }

  /** @throws not_found */
  lock(manager: EntityManager, partnerId: PartnerId): Promise<Registration> {
    return this.locked(manager, { partnerId });
  }

  /** @throws not_found */
  lockById(manager: EntityManager, id: string): Promise<Registration> {
    return this.locked(manager, { id });
  }

  /** @returns false where one was begun a moment ago, on whatever copy */
  async beginCheck(manager: EntityManager, id: string, now: Date, betweenMs: number): Promise<boolean> {
    const [begun] = await manager.query<[unknown[], number]>(
      `update identity.registrations set checked_at = $2::timestamptz
       where id = $1 and (checked_at is null or checked_at <= $2::timestamptz - make_interval(secs => $3)) returning id`,
      [id, now, betweenMs / 1_000],
    );
    return begun.length > 0;
  }

  async confirm(manager: EntityManager, { id }: Registration, change: Partial<Registration>): Promise<void> {
    await manager.update(Registration, { id }, { ...change, nextAttemptAt: null });
  }

  private async locked(manager: EntityManager, where: { id: string } | { partnerId: PartnerId }) {
    const registration = await manager.findOne(Registration, { where, lock: { mode: 'pessimistic_write' } });
    if (!registration) throw notFound();
    return registration;
  }
}
