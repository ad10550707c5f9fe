import { createInbox, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';

/** Where the replies to one call come. */
export interface ReplyAddress {
  /** Replies go to this subject and one token more, as the call pleases. */
  subject: string;
  close: () => void;
}

type Receive = (error: Error | null, message: Msg) => void;

/**
 * One subscription for the replies of one service in one scope, whatever number of calls is under way: the broker would
 * else be told of each call twice more, and check its subject. Only that service may publish there.
 */
export class Replies {
  private readonly subject: string;
  private subscription: Subscription | undefined;
  private readonly waiting = new Map<string, Receive>();
  private nextCall = 1;

  constructor(
    private readonly connection: NatsConnection,
    replyPrefix: string,
  ) {
    this.subject = createInbox(replyPrefix);
  }

  /** @throws Error when the connection has ended */
  open(receive: Receive): ReplyAddress {
    if (!this.subscription || this.subscription.isClosed()) this.subscription = this.listen();
    const call = (this.nextCall++).toString(36);
    this.waiting.set(call, receive);
    return { subject: `${this.subject}.${call}`, close: () => this.waiting.delete(call) };
  }

  close(): void {
    this.subscription?.unsubscribe();
  }

  private listen(): Subscription {
    const subscription = this.connection.subscribe(`${this.subject}.*.*`, {
      callback: (error, message) => {
        if (!error) return this.waiting.get(callOf(message))?.(null, message);
        subscription.unsubscribe();
        for (const receive of [...this.waiting.values()]) receive(error, message);
      },
    });
    return subscription;
  }
}

const callOf = ({ subject }: Msg): string => subject.split('.').at(-2) ?? '';
