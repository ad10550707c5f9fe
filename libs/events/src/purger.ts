import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Latch } from '#libs/clock';
import type { Scope } from '#libs/contracts';
import { Database } from '#libs/database';
import { Purge } from './purge';
import { Stalls } from './stalls';

/** From one look to the next. Half of how long the lease lasts, so that the copy that has it keeps it. */
const lookMs = 30_000;

/** Has what is old purged, on a timer of its own: in each scope by itself, so that one that takes long delays no other. */
@Injectable()
export class Purger implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new Latch();
  private loops: Promise<void>[] = [];

  constructor(
    private readonly database: Database,
    private readonly purge: Purge,
    private readonly stalls: Stalls,
  ) {}

  onApplicationBootstrap(): void {
    this.loops = this.database.scopes.map((scope) => this.keepPurging(scope));
  }

  /** While the database is there. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.raise();
    await Promise.all(this.loops);
  }

  private async keepPurging(scope: Scope): Promise<void> {
    const what = `purge of ${scope}`;
    // Whoever starts has better things to do first.
    await this.stopping.within(lookMs);
    while (!this.stopping.raised) {
      try {
        await this.purge.inScope(scope, this.stopping);
        this.stalls.goOn(what);
      } catch (error) {
        if (!this.stopping.raised) this.stalls.stall(what, error);
      }
      await this.stopping.within(lookMs);
    }
  }
}
