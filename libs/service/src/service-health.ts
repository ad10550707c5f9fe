import { Injectable } from '@nestjs/common';
import { Connections } from '#libs/broker';
import { Database } from '#libs/database';
import { EventConsumers } from '#libs/events';

/** Whether a service can do its work. */
@Injectable()
export class ServiceHealth {
  constructor(
    private readonly database: Database,
    private readonly connections: Connections,
    private readonly consumers: EventConsumers,
  ) {}

  /**
   * `database`: it answers, and has the tables without which no write and no relay goes on. `broker`: there is a connection, and every stream and durable that this service
   * reads is there.
   */
  async read(): Promise<{ database: boolean; broker: boolean }> {
    return {
      database: await this.database.isUp(),
      broker: this.connections.isUp() && this.consumers.isConsuming(),
    };
  }
}
