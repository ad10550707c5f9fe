import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { environments, type Environment } from '#libs/contracts';
import { Database } from '#libs/database';
import { Stalls, Worker, type AttemptResult, type Claimed, type Finished } from '#libs/events';
import { NotificationsConfig } from '../config';
import { delayMsAfter } from '../domain/delivery-schedule';
import { claimDeliveries, recordAttempts, type DueDelivery, type MadeAttempt } from '../storage/deliveries.repository';
import { PublicNews } from './public-news';
import { WebhookSecrets } from './webhook-secrets';
import { deadlineMs, WebhookSender, type Sent } from './webhook-sender';
import { WebhookSwitching } from './webhook-switching';

type Outcome = AttemptResult & { sent?: Sent };

/** Longer than an attempt and the writing of it: what is leased for longer was begun by a copy that is gone. */
const leaseSeconds = deadlineMs / 1_000 + 45;
/** What partners may have under way in parallel, in webhooks that all take as much as one may. */
const webhooksAtOncePerPartner = 4;

/**
 * B51: sends what waits. Each environment has a worker of its own; which delivery is next, and how many of one webhook and
 * one partner are under way, says the claim, for all copies together (docs/adr/0035).
 */
@Injectable()
export class WebhookDeliveries implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly workers: Record<Environment, Worker<DueDelivery, Outcome>>;
  private readonly failingUnderWay: Record<Environment, number> = { sandbox: 0, production: 0 };

  constructor(
    private readonly database: Database,
    private readonly sender: WebhookSender,
    private readonly secrets: WebhookSecrets,
    private readonly switching: WebhookSwitching,
    private readonly stalls: Stalls,
    news: PublicNews,
    @Inject(NotificationsConfig) private readonly config: NotificationsConfig,
  ) {
    this.workers = { sandbox: this.workerOf('sandbox'), production: this.workerOf('production') };
    news.onPublished((environment) => this.workers[environment].wake());
  }

  onApplicationBootstrap(): void {
    for (const environment of environments) this.workers[environment].start();
  }

  /** Before the database is closed: what was begun is written down. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(environments.map((environment) => this.workers[environment].stop()));
  }

  private workerOf(environment: Environment): Worker<DueDelivery, Outcome> {
    return new Worker<DueDelivery, Outcome>(this.database, this.stalls, {
      ...{ table: 'deliveries', scope: environment, leaseSeconds },
      concurrency: this.config.SLIPWAY_WEBHOOK_CONCURRENCY,
      claim: (free) => this.claim(environment, free),
      attempt: (delivery) => this.attempt(environment, delivery),
      finish: (finished) => this.record(environment, finished),
      // What was cut short is made again when its lease is over; no other fault gets here.
      retryDelayMs: () => 0,
    });
  }

  private claim(environment: Environment, free: number): Promise<Claimed<DueDelivery>[]> {
    const { SLIPWAY_WEBHOOK_CONCURRENCY: all, SLIPWAY_WEBHOOK_CONNECTIONS: ofWebhook } = this.config;
    return claimDeliveries(this.database.pool(environment), environment, {
      ...{ free, ofWebhook, leaseSeconds },
      ofPartner: ofWebhook * webhooksAtOncePerPartner,
      // Half of the places are kept for those that work.
      freeForFailing: Math.max(0, Math.floor(all / 2) - this.failingUnderWay[environment]),
    });
  }

  private async attempt(environment: Environment, delivery: Claimed<DueDelivery>): Promise<Outcome> {
    const failing = delivery.is_failing ? 1 : 0;
    this.failingUnderWay[environment] += failing;
    try {
      const sent = await this.sender.send({
        ...{ id: delivery.event_id, url: delivery.url, body: delivery.body },
        secrets: this.secretsOf(delivery),
      });
      return { ...next(delivery, sent), sent };
    } finally {
      this.failingUnderWay[environment] -= failing;
    }
  }

  /** The new one first; that before it while a rotation lasts. */
  private secretsOf({ webhook_id: id, secret, previous_secret: previous }: DueDelivery): Buffer[] {
    return [secret, ...(previous ? [previous] : [])].map((sealed) => this.secrets.unseal(id, sealed));
  }

  private async record(environment: Environment, finished: Finished<DueDelivery, Outcome>[]): Promise<void> {
    const made = finished.flatMap(({ row, result }) =>
      'sent' in result && result.sent ? madeAttempt(row, result) : [],
    );
    if (made.length === 0) return;
    const works = (row: DueDelivery) => made.some(({ id, error }) => id === row.id && error === null);
    const verified = finished.flatMap(({ row }) => (row.is_new && works(row) ? [row.webhook_id] : []));
    const gone = new Set(made.filter(({ status }) => status === 410).map(({ webhookId }) => webhookId));
    await this.database.transaction(environment, 'none', async (tx) => {
      await recordAttempts(tx.manager, environment, made);
      if (verified.length > 0) await this.switching.verify(tx, environment, verified);
      for (const id of [...gone].sort()) await this.switching.disable(tx, environment, id, 'gone');
    });
  }
}

function next({ attempts }: DueDelivery, { error, retryAfterMs }: Sent): AttemptResult {
  const delayMs = error === null ? null : delayMsAfter(attempts, Math.random(), retryAfterMs);
  return delayMs === null ? { done: true } : { done: false, retryAfterMs: delayMs };
}

function madeAttempt(row: Claimed<DueDelivery>, { sent, ...result }: Outcome): MadeAttempt[] {
  if (!sent) return [];
  const { status, latencyMs, excerpt, error, at } = sent;
  return [
    {
      ...{ id: row.id, epoch: row.lease_epoch, partnerId: row.partner_id, webhookId: row.webhook_id },
      at: at.toISOString(),
      ...{ status, latencyMs, excerpt, error },
      state: error === null ? 'delivered' : result.done ? 'failed' : 'waiting',
      retrySeconds: result.done ? null : result.retryAfterMs / 1_000,
    },
  ];
}
