import { Inject, Injectable } from '@nestjs/common';
import { broadcastSubject, type Broadcast, type BroadcastData, type Scope } from '#libs/contracts';
import { LOGGER, type Logger } from '#libs/observability';
import { Connections } from './connections';

/** Hints to every copy of an app at once. What they say is guaranteed elsewhere (`Broadcast.guarantee`). */
@Injectable()
export class Broadcasts {
  constructor(
    private readonly connections: Connections,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Does not throw: whoever it does not reach learns of it by the guarantee. */
  send<B extends Broadcast>(broadcast: B, scope: Scope, data: BroadcastData<B>): void {
    const subject = broadcastSubject(broadcast, scope);
    try {
      this.connections.of(scope).publish(subject, JSON.stringify(data));
    } catch (error) {
      this.logger.warn({ err: error, subject }, 'broadcast not sent');
    }
  }

  /** What is not of the contract's shape is logged and dropped: it must not end the receiver. */
  receive<B extends Broadcast>(broadcast: B, scope: Scope, take: (data: BroadcastData<B>) => void): void {
    const subject = broadcastSubject(broadcast, scope);
    this.connections.evenWhileAway(scope).subscribe(subject, {
      callback: (error, message) => {
        try {
          if (error) throw error;
          take(broadcast.data.parse(message.json()) as BroadcastData<B>);
        } catch (failure) {
          this.logger.warn({ err: failure, subject }, 'broadcast dropped');
        }
      },
    });
  }
}
