import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Latch } from '#libs/clock';
import { identity, type PartnerId } from '#libs/contracts';
import { Database, recordAct, type Tx } from '#libs/database';
import { Stalls } from '#libs/events';
import { newTraceId } from '#libs/rpc';
import { Partner } from '../storage/entities';

const pollMs = 1_000;
const batchMax = 100;
const what = 'partner announcements';

/** Publishes a partner as it is now, in the transaction that changes it and after the change. */
export async function announcePartner(tx: Tx, id: PartnerId): Promise<void> {
  const { name, domain, verified, suspendedAt, version } = await tx.manager.findOneByOrFail(Partner, { id });
  const suspended = suspendedAt !== null;
  await tx.publishEvent(identity.partnerChanged, { id, version }, { partnerId: id, name, domain, verified, suspended });
  await tx.manager.update(Partner, { id }, { announcedVersion: version });
}

/**
 * Publishes the partners whose newest version nobody was told of: those from before there were announcements, and what a
 * copy of an earlier version changes while it still runs beside this one. Copies that look at once find different ones.
 */
@Injectable()
export class PartnerAnnouncements implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new Latch();
  private loop: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly stalls: Stalls,
  ) {}

  onApplicationBootstrap(): void {
    this.loop = this.keepAnnouncing();
  }

  /** Before the database is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.raise();
    await this.loop;
  }

  private async keepAnnouncing(): Promise<void> {
    while (!this.stopping.raised) {
      try {
        const announced = await this.announceSome();
        this.stalls.goOn(what);
        if (announced === batchMax) continue;
      } catch (error) {
        this.stalls.stall(what, error);
      }
      await this.stopping.within(pollMs);
    }
  }

  /** @returns how many there were */
  private async announceSome(): Promise<number> {
    if ((await this.database.reading('shared', (manager) => manager.query<unknown[]>(unannounced))).length === 0)
      return 0;
    const traceId = newTraceId();
    return this.database.transaction('shared', traceId, async (tx) => {
      const partners = await tx.manager.query<{ id: PartnerId }[]>(`${unannounced} for no key update skip locked`);
      for (const { id } of partners) {
        await announcePartner(tx, id);
        const by = { kind: 'system', id: null } as const;
        await recordAct(tx, { by, action: 'identity.announce-partner', targets: { partnerId: id }, traceId });
      }
      return partners.length;
    });
  }
}

/** Index: `partners_unannounced`. */
const unannounced = `
  select id from identity.partners where announced_version < version order by id limit ${batchMax}`;
