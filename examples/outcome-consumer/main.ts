// A system of the provider's that follows outcomes: a NestJS microservice over the durable stream (docs/outcomes.md).
//   npm run --silent outcome-consumer -- crm@production > login.json
//   OUTCOMES="$(cat login.json)" node dist/examples/outcome-consumer/main.js
import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, Payload, Server, type CustomTransportStrategy } from '@nestjs/microservices';
import { jetstream, type ConsumerMessages } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';

interface Outcome {
  id: string;
  type: string;
  time: string;
  cursor: number;
  data: { partnerId: string; subscriptionId?: string; sequence: number; url: string };
}
interface Login {
  servers: string;
  user: string;
  pass: string;
  inboxPrefix: string;
  stream: string;
  durable: string;
}

/** What the broker has for this consumer, one after the other; acknowledged once its handler is done with it. */
class OutcomeServer extends Server implements CustomTransportStrategy {
  private connection?: NatsConnection;
  private messages?: ConsumerMessages;

  constructor(private readonly login: Login) {
    super();
  }

  async listen(ready: () => void) {
    const { stream, durable, ...options } = this.login;
    this.connection = await connect({ ...options, maxReconnectAttempts: -1 });
    const consumer = await jetstream(this.connection).consumers.get(stream, durable);
    this.messages = await consumer.consume();
    ready();
    for await (const message of this.messages) {
      const outcome = message.json<Outcome>();
      try {
        await this.getHandlerByPattern(outcome.type)?.(outcome);
        message.ack();
      } catch (error) {
        this.logger.error(error);
        message.nak(5_000);
      }
    }
  }

  async close() {
    await this.messages?.close();
    await this.connection?.drain();
  }

  on(): never {
    throw new Error('It has no events of its own.');
  }

  unwrap = <T>() => this.connection as T;
}

@Controller()
class CrmController {
  /** It may come twice: whatever it does is done once for each `id`. */
  @EventPattern('subscriptions.submission-approved.v1')
  approved(@Payload() { id, cursor, data }: Outcome) {
    const { subscriptionId, sequence } = data;
    process.stdout.write(`${JSON.stringify({ id, cursor, subscriptionId, sequence })}\n`);
  }
}

@Module({ controllers: [CrmController] })
class OutcomeConsumerModule {}

async function main() {
  const strategy = new OutcomeServer(JSON.parse(process.env['OUTCOMES'] ?? '') as Login);
  const app = await NestFactory.createMicroservice(OutcomeConsumerModule, { strategy });
  app.enableShutdownHooks();
  await app.listen();
}
void main();
