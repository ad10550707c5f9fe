import { Injectable } from '@nestjs/common';
import { identity } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { EventHandler, unchanged, type EventOf, type Unchanged } from '#libs/events';

/** Keeps whom messages name. */
@Injectable()
export class OnProviderChanged {
  @EventHandler(identity.providerChanged)
  async changed(
    { data: { name, contact, reviewDays }, aggregateversion: version }: EventOf<typeof identity.providerChanged>,
    { manager, scope }: Tx,
  ): Promise<Unchanged | undefined> {
    const kept = await manager.query<unknown[]>(
      `insert into notifications.provider as known (environment, name, contact_email, contact_url, review_days, version)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (environment) do update set name = excluded.name, contact_email = excluded.contact_email,
           contact_url = excluded.contact_url, review_days = excluded.review_days, version = excluded.version
         where known.version < excluded.version
       returning version`,
      [scope, name, contact.email, contact.url, reviewDays && JSON.stringify(reviewDays), version],
    );
    return kept.length > 0 ? undefined : unchanged;
  }
}
