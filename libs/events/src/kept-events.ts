import { Injectable } from '@nestjs/common';
import { consumers, platformMethods, services, type Scope, type Service } from '#libs/contracts';
import { Database } from '#libs/database';
import { RpcClient } from '#libs/rpc';

interface Publisher {
  service: Service;
  /** Whose outbox. */
  from: Scope;
}

/** Events are numbered when they are written, and a transaction may have begun before one with a lower number. */
const marginMs = 3_600_000;

/** What the services that this one listens to still keep of their events, and so may publish again. */
@Injectable()
export class KeptEvents {
  constructor(
    private readonly database: Database,
    private readonly rpc: RpcClient,
  ) {}

  /**
   * Before which no event was written that may come again into a scope; undefined: none is kept.
   * @throws unavailable where one of them does not say it
   */
  async oldestInto(into: Scope): Promise<Date | undefined> {
    const replies = await Promise.all(
      publishersInto(this.database.service, into).map(({ service, from }) =>
        this.rpc.call(platformMethods(service).oldestEvent, from, {}, this.rpc.systemContext()),
      ),
    );
    const times = replies.flatMap(({ writtenAt }) => (writtenAt === null ? [] : [Date.parse(writtenAt)]));
    return times.length === 0 ? undefined : new Date(Math.min(...times) - marginMs);
  }
}

function publishersInto(own: Service, into: Scope): Publisher[] {
  const specs = consumers.filter((spec) => spec.service === own && spec.into === into);
  return specs.flatMap(({ from, events }) =>
    services
      .filter((service) => events.some(({ app }) => app === service))
      .map((service): Publisher => ({ service, from })),
  );
}
