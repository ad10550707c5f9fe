import { Inject, Optional, type Type } from '@nestjs/common';
import { Clock } from '#libs/clock';
import { deadLettersOfScopeMax, platformMethods, type RequestOf, type Scope, type Service } from '#libs/contracts';
import { Database, recordAct, type Tx } from '#libs/database';
import { fail, unavailable } from '#libs/errors';
import { DeadLetters, EventConsumers, type WhichLetters } from '#libs/events';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { actOf } from './audit';
import { viewOf } from './dead-letter.view';
import { IdempotentTransaction } from './idempotent-transaction';
import { ServiceHealth } from './service-health';

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
    constructor(
      readonly database: Database,
      @Optional() @Inject(EventConsumers) readonly eventConsumers?: EventConsumers,
    ) {}

    /** An event that was put off is known, and is not to come again. */
    @RpcHandler(methods.unrecordedEvents)
    async execute({ into, consumer, eventIds }: RequestOf<typeof methods.unrecordedEvents>) {
      // Before it is read what was recorded: what lies behind the position and is not there then will not come.
      const position = await this.positionOf(consumer);
      const rows = await this.database.reading(into, (manager) =>
        manager.query<{ event_id: string }[]>(
          `select event_id from ${service}.consumed_events where scope = $1 and consumer = $2 and event_id = any($3)
           union all
           select event_id from ${service}.put_off_events where scope = $1 and consumer = $2 and event_id = any($3)`,
          [into, consumer, eventIds],
        ),
      );
      const recorded = new Set(rows.map(({ event_id }) => event_id));
      return { eventIds: eventIds.filter((id) => !recorded.has(id)), position };
    }

    /** @throws unavailable where its durable is missing: nothing could reach it, and it is to be asked again */
    private async positionOf(consumer: string) {
      try {
        return await this.eventConsumers?.positionOf(consumer);
      } catch (error) {
        throw unavailable(error);
      }
    }
  }

  @UseCase()
  class OldestEvent {
    constructor(readonly database: Database) {}

    @RpcHandler(methods.oldestEvent)
    async execute(_request: RequestOf<typeof methods.oldestEvent>, { scope }: RpcContext) {
      const [oldest] = await this.database.reading(scope, (manager) =>
        manager.query<{ written_at: Date }[]>(
          `select written_at from ${service}.outbox where scope = $1 and published_at is not null order by id limit 1`,
          [scope],
        ),
      );
      return { writtenAt: oldest?.written_at.toISOString() ?? null };
    }
  }

  @UseCase()
  class ListDeadLetters {
    constructor(
      readonly database: Database,
      readonly letters: DeadLetters,
    ) {}

    @RpcHandler(methods.listDeadLetters)
    async execute({ states }: RequestOf<typeof methods.listDeadLetters>) {
      const letters = await Promise.all(
        this.database.scopes.map((scope) => this.letters.list(scope, states, deadLettersOfScopeMax)),
      );
      return { items: letters.flat().map((letter) => viewOf(service, letter)) };
    }
  }

  @UseCase()
  class RedeliverDeadLetters {
    constructor(
      readonly database: Database,
      readonly letters: DeadLetters,
      readonly transaction: IdempotentTransaction,
    ) {}

    @RpcHandler(methods.redeliverDeadLetter)
    async one(request: RequestOf<typeof methods.redeliverDeadLetter>, context: RpcContext) {
      const { reply } = await this.transaction.run(context, request, async (tx) => {
        const total = await this.everywhere(tx, { id: request.id }, context);
        if (total.letters === 0) fail('not_found', 'There is no such dead letter that can be tried again.');
        return total;
      });
      return reply;
    }

    @RpcHandler(methods.redeliverDeadLetters)
    async all(request: RequestOf<typeof methods.redeliverDeadLetters>, context: RpcContext) {
      const { consumer, dryRun } = request;
      const { reply } = await this.transaction.run(context, request, (tx) =>
        this.everywhere(tx, { consumer }, context, dryRun),
      );
      return reply;
    }

    /** In each scope under its own role: one act of several transactions, each of which has a row of the audit (B60). */
    private async everywhere(tx: Tx, which: WhichLetters, context: RpcContext, dryRun = false) {
      const total = await this.ofScope(tx, which, dryRun);
      for (const scope of this.database.scopes.filter((other) => other !== tx.scope)) {
        const { letters, redelivered } = await this.apart(scope, which, context, dryRun);
        total.letters += letters;
        total.redelivered += redelivered;
      }
      return total;
    }

    private apart(scope: Scope, which: WhichLetters, context: RpcContext, dryRun: boolean) {
      return this.database.transaction(scope, context.traceId, async (tx) => {
        const done = await this.ofScope(tx, which, dryRun);
        if (done.redelivered > 0) await recordAct(tx, actOf(context, which));
        return done;
      });
    }

    private async ofScope({ manager, scope }: Tx, which: WhichLetters, dryRun: boolean) {
      const letters = await this.letters.count(manager, scope, which);
      return { letters, redelivered: dryRun ? 0 : await this.letters.redeliver(manager, scope, which) };
    }
  }

  return [Health, UnrecordedEvents, OldestEvent, ListDeadLetters, RedeliverDeadLetters];
}
