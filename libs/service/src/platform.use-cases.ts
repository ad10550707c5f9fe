import type { Type } from '@nestjs/common';
import { deadLettersOfScopeMax, platformMethods, scopes, type RequestOf, type Service } from '#libs/contracts';
import { Clock } from '#libs/clock';
import { Database } from '#libs/database';
import { RpcHandler, UseCase } from '#libs/rpc';
import { ServiceHealth } from './service-health';

interface DeadLetterRow {
  id: string;
  scope: (typeof scopes)[number];
  consumer: string;
  subject: string;
  event_id: string | null;
  reason: string;
  failed_at: Date;
}

/** What every service answers alike: is it well, what has it recorded, what could it not digest. */
export function platformUseCases(service: Service): Type[] {
  const methods = platformMethods(service);

  @UseCase()
  class Health {
    constructor(
      readonly health: ServiceHealth,
      readonly clock: Clock,
    ) {}

    @RpcHandler(methods.health)
    async execute() {
      return { ...(await this.health.read()), now: this.clock.now() };
    }
  }

  @UseCase()
  class UnrecordedEvents {
    constructor(readonly database: Database) {}

    @RpcHandler(methods.unrecordedEvents)
    async execute({ into, consumer, eventIds }: RequestOf<typeof methods.unrecordedEvents>) {
      const rows = await this.database.reading(into, (manager) =>
        manager.query<{ event_id: string }[]>(
          `select event_id from ${service}.consumed_events where scope = $1 and consumer = $2 and event_id = any($3)`,
          [into, consumer, eventIds],
        ),
      );
      const recorded = new Set(rows.map(({ event_id }) => event_id));
      return { eventIds: eventIds.filter((id) => !recorded.has(id)) };
    }
  }

  @UseCase()
  class ListDeadLetters {
    constructor(readonly database: Database) {}

    @RpcHandler(methods.listDeadLetters)
    async execute() {
      const letters = await Promise.all(this.database.scopes.map((scope) => this.lettersOf(scope)));
      return { items: letters.flat() };
    }

    private async lettersOf(scope: (typeof scopes)[number]) {
      const rows = await this.database.reading(scope, (manager) =>
        manager.query<DeadLetterRow[]>(
          `select id, scope, consumer, subject, event_id, reason, failed_at from ${service}.dead_letters where scope = $1 order by id desc limit $2`,
          [scope, deadLettersOfScopeMax],
        ),
      );
      return rows.map(({ event_id, failed_at, ...row }) => ({
        ...row,
        service,
        eventId: event_id,
        failedAt: failed_at.toISOString(),
      }));
    }
  }

  return [Health, UnrecordedEvents, ListDeadLetters];
}
