import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Scope } from '#libs/contracts';
import { Database } from '#libs/database';
import { EventConsumers } from '#libs/events';
import { gauge } from '#libs/observability';

/** What operators see of a service's insides, read when they look. */
@Injectable()
export class ServiceMetrics implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly consumers: EventConsumers,
  ) {}

  onApplicationBootstrap(): void {
    gauge('slipway_outbox_age_seconds', 'Age of the oldest event that is not published', ['scope'], () =>
      this.ofEachScope('extract(epoch from now() - min(written_at))', 'outbox', 'published_at is null'),
    );
    gauge('slipway_dead_letters', 'Events that were set aside', ['scope'], () =>
      this.ofEachScope('count(*)', 'dead_letters', 'true'),
    );
    gauge('slipway_put_off_events', 'Events that a consumer could not take yet, and is given again', ['scope'], () =>
      this.ofEachScope('count(*)', 'put_off_events', 'true'),
    );
    gauge('slipway_consumer_lag_events', 'Events that wait for a consumer', ['consumer'], async () =>
      (await this.consumers.lag()).map(({ consumer, events }) => ({ labels: { consumer }, value: events })),
    );
    gauge('slipway_pool_connections', 'Connections to Postgres', ['scope', 'state'], () =>
      this.database.scopes.flatMap((scope) => {
        const { totalCount, idleCount, waitingCount } = this.database.pool(scope);
        const states = { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
        return Object.entries(states).map(([state, value]) => ({ labels: { scope, state }, value }));
      }),
    );
  }

  private ofEachScope(expression: string, table: string, condition: string) {
    return Promise.all(
      this.database.scopes.map(async (scope: Scope) => {
        const { rows } = await this.database
          .pool(scope)
          .query<{ value: string | null }>(
            `select ${expression} as value from ${this.database.service}.${table} where scope = $1 and ${condition}`,
            [scope],
          );
        return { labels: { scope }, value: Number(rows[0]?.value ?? 0) };
      }),
    );
  }
}
