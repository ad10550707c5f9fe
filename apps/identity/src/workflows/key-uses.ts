import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock, Latch } from '#libs/clock';
import { environments, type Environment, type KeyId } from '#libs/contracts';
import { Database } from '#libs/database';
import { Stalls } from '#libs/events';

const writtenEveryMs = 2_000;
/** Written in one statement. What is used beyond it meanwhile is noted the next time that it is used. */
const notedMax = 10_000;

interface Use {
  at: Date;
  address: string | null;
}

/**
 * B23: when the secret of a key was last used, and from where. Noted in memory, so that no token is later for it, and written for
 * all keys together; what a process had not written when it was killed is the use of at most some seconds. A row that somebody is
 * changing is passed over, and stays noted.
 */
@Injectable()
export class KeyUses implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly noted: Record<Environment, Map<KeyId, Use>> = { sandbox: new Map(), production: new Map() };
  private readonly stopping = new Latch();
  private loop: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly stalls: Stalls,
  ) {}

  onApplicationBootstrap(): void {
    this.loop = this.keepWriting();
  }

  /** Before the database is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.raise();
    await this.loop;
    await this.writeAll();
  }

  note(environment: Environment, keyId: KeyId, address: string | undefined): void {
    const noted = this.noted[environment];
    if (noted.size < notedMax || noted.has(keyId))
      noted.set(keyId, { at: this.clock.date(), address: address ?? null });
  }

  private async keepWriting(): Promise<void> {
    while (!this.stopping.raised) {
      await this.stopping.within(writtenEveryMs);
      await this.writeAll();
    }
  }

  private async writeAll(): Promise<void> {
    for (const environment of environments) {
      const what = `last uses of keys in ${environment}`;
      try {
        await this.write(environment);
        this.stalls.goOn(what);
      } catch (error) {
        this.stalls.stall(what, error);
      }
    }
  }

  private async write(environment: Environment): Promise<void> {
    const uses = [...this.noted[environment]];
    if (uses.length === 0) return;
    const rows = await this.database.reading(environment, (manager) =>
      manager.query<{ id: KeyId }[]>(lastUses, [
        environment,
        uses.map(([id]) => id),
        uses.map(([, { at }]) => at),
        uses.map(([, { address }]) => address),
      ]),
    );
    const written = new Set(rows.map(({ id }) => id));
    // Used again meanwhile: that is another use, and is written the next time.
    for (const [id, use] of uses)
      if (written.has(id) && this.noted[environment].get(id) === use) this.noted[environment].delete(id);
  }
}

/** Waits for nobody: a row that an act has locked is left for the next time. What another copy has written is later, or is not. */
const lastUses = `
  with used as (select * from unnest($2::uuid[], $3::timestamptz[], $4::text[]) as u (id, at, address)),
    free as (
      select k.id, used.at, used.address, k.last_used_at is null or k.last_used_at < used.at as is_news
      from identity.access_keys k join used on used.id = k.id
      where k.environment = $1 for no key update of k skip locked),
    written as (
      update identity.access_keys k set last_used_at = free.at, last_used_address = free.address
      from free where k.environment = $1 and k.id = free.id and free.is_news)
  select id from free`;
