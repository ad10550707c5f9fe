import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { environments, type Environment, type WebhookId } from '#libs/contracts';
import { Database, recordAct, type Tx } from '#libs/database';
import { Stalls, Worker, type AttemptResult, type Claimed, type Work } from '#libs/events';
import { disabledAfterMs, warningsMs } from '../domain/delivery-schedule';
import { endStale } from '../storage/deliveries.repository';
import { forget, lockWatched, noteWarnings, type WatchedWebhook } from '../storage/webhooks.repository';
import { WebhookSwitching } from './webhook-switching';

interface Watched extends Work {
  id: WebhookId;
}

const endedAtOnce = 1_000;
/** Whoever read that it was on may commit what is to be sent after that: it is looked at again. */
const againMs = 60_000;
const looksAfterSwitchingOff = 3;
const afterFaultMs = 5_000;

/**
 * B51: looks after webhooks at the times at which something of them changes by itself: those that only fail are warned of, and
 * then switched off; what waited for one that is off is ended, and one that was deleted goes.
 */
@Injectable()
export class WebhookWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly workers: Worker<Watched>[];

  constructor(
    private readonly database: Database,
    private readonly switching: WebhookSwitching,
    stalls: Stalls,
  ) {
    this.workers = environments.map(
      (environment) =>
        new Worker<Watched>(database, stalls, {
          ...{ table: 'webhooks', scope: environment, concurrency: 1, leaseSeconds: 30 },
          attempt: (webhook) => this.look(environment, webhook),
          retryDelayMs: () => afterFaultMs,
        }),
    );
  }

  onApplicationBootstrap(): void {
    for (const worker of this.workers) worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop()));
  }

  private async look(environment: Environment, webhook: Claimed<Watched>): Promise<AttemptResult> {
    const { id } = webhook;
    const ended = await this.database.transaction(environment, 'none', ({ manager }) =>
      endStale(manager, environment, id, endedAtOnce),
    );
    if (ended === endedAtOnce) return { done: false, retryAfterMs: 0 };
    return this.judge(environment, webhook);
  }

  private judge(
    environment: Environment,
    { id, lease_epoch: epoch, attempts }: Claimed<Watched>,
  ): Promise<AttemptResult> {
    return this.database.transaction(environment, 'none', async (tx) => {
      const webhook = await lockWatched(tx.manager, environment, id, epoch);
      if (!webhook) return { done: true };
      if (webhook.enabled) return this.judgeFailing(tx, environment, webhook);
      if (attempts < looksAfterSwitchingOff) return { done: false, retryAfterMs: againMs };
      if (webhook.deletedAt) {
        await forget(tx.manager, environment, id);
        await recordAct(tx, {
          ...{ by: { kind: 'system', id: null }, action: 'notifications.forget-webhook', traceId: 'none' },
          targets: { webhookId: id },
        });
      }
      return { done: true };
    });
  }

  /** Whose owner was not told in time is told once, of how it is now. */
  private async judgeFailing(tx: Tx, environment: Environment, webhook: WatchedWebhook): Promise<AttemptResult> {
    const { failingSince, failingMs, warnings } = webhook;
    if (!failingSince) return { done: true };
    if (failingMs >= disabledAfterMs) {
      await this.switching.disable(tx, environment, webhook.id, 'failing');
      return { done: true };
    }
    const due = warningsMs.filter((ms) => failingMs >= ms).length;
    if (due > warnings) {
      await noteWarnings(tx.manager, environment, webhook.id, due);
      await this.switching.warn(tx, webhook, failingSince, due);
    }
    return { done: false, retryAfterMs: (warningsMs[due] ?? disabledAfterMs) - failingMs };
  }
}
