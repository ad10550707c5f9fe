import {
  AckPolicy,
  DeliverPolicy,
  jetstreamManager,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { connect, nanos } from '@nats-io/transport-node';
import { brokerTls } from '#libs/broker';
import {
  consumers,
  durableName,
  environments,
  eventSubject,
  outcomeDays,
  outcomeStreamName,
  outcomeSubject,
  scopes,
  streamName,
  type ConsumerSpec,
  type Environment,
  type OutcomeConsumer,
  type Scope,
} from '#libs/contracts';
import { brokerAdministrator } from './broker-config';
import { oldestOutcome } from './oldest-outcome';
import { oldestUnsettled } from './oldest-unsettled';

const day = 24 * 3_600_000;
const notFoundCodes = [10059, 10014];

const streamConfig = (scope: Scope): Partial<StreamConfig> & { name: string } => ({
  name: streamName(scope),
  subjects: [`events.${scope}.>`],
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  max_age: nanos(30 * day),
  duplicate_window: nanos(120_000),
});

/** Its sequences are the cursors of the feed that it is filled from. */
const outcomeStreamConfig = (environment: Environment): Partial<StreamConfig> & { name: string } => ({
  name: outcomeStreamName(environment),
  subjects: [outcomeSubject('>', environment)],
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  max_age: nanos(outcomeDays * day),
});

const consumerConfig = (spec: ConsumerSpec) => ({
  durable_name: durableName(spec),
  ack_policy: AckPolicy.Explicit,
  ack_wait: nanos(30_000),
  max_deliver: -1,
  max_ack_pending: 512,
  filter_subjects: spec.events.map((event) => eventSubject(event, spec.from)),
});

/** Makes, or brings up to date, the streams and the durable consumers. Safe to repeat; only the administrator may. */
export async function setUpBroker({
  natsUrl,
  natsCa,
  masterKey,
  databaseUrl,
  outcomeConsumers = [],
  log,
}: {
  natsUrl: string;
  /** Authorities that sign the broker's certificate, in PEM. */
  natsCa?: string;
  masterKey: string;
  /** Where the services keep what they have taken: a durable that is made again goes on from there. */
  databaseUrl?: string;
  outcomeConsumers?: readonly OutcomeConsumer[];
  log?: (line: string) => void;
}): Promise<void> {
  const { username, password, host, protocol } = new URL(natsUrl);
  const connection = await connect({
    servers: `${protocol}//${host}`,
    // An address without credentials: the broker runs on our own configuration, with the administrator in it.
    ...(username
      ? { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
      : brokerAdministrator(masterKey)),
    ...brokerTls(natsUrl, natsCa),
    name: 'setup',
    timeout: 10_000,
  });
  try {
    const manager = await jetstreamManager(connection);
    for (const scope of scopes) await ensureStream(manager, scope);
    for (const spec of consumers) await ensureConsumer(manager, spec, { databaseUrl, log });
    for (const environment of environments) await ensureOutcomes(manager, environment, databaseUrl);
    for (const consumer of outcomeConsumers) await ensureOutcomeConsumer(manager, consumer);
  } finally {
    await connection.close();
  }
}

async function ensureStream(manager: JetStreamManager, scope: Scope): Promise<void> {
  const config = streamConfig(scope);
  const existing = await orNone(manager.streams.info(config.name));
  if (existing) await manager.streams.update(config.name, config);
  else await manager.streams.add(config);
}

async function ensureOutcomes(manager: JetStreamManager, environment: Environment, databaseUrl?: string) {
  const config = outcomeStreamConfig(environment);
  if (await orNone(manager.streams.info(config.name))) await manager.streams.update(config.name, config);
  else await manager.streams.add({ ...config, first_seq: await oldestOutcome(databaseUrl, environment) });
}

/** It keeps its place; of a stream that was made again it is given everything. */
async function ensureOutcomeConsumer(manager: JetStreamManager, { name, environment }: OutcomeConsumer): Promise<void> {
  const stream = outcomeStreamName(environment);
  if (await orNone(manager.consumers.info(stream, name))) return;
  await manager.consumers.add(stream, {
    durable_name: name,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(30_000),
    max_deliver: -1,
    max_ack_pending: 512,
    deliver_policy: DeliverPolicy.All,
  });
}

async function ensureConsumer(
  manager: JetStreamManager,
  spec: ConsumerSpec,
  { databaseUrl, log }: { databaseUrl?: string; log?: (line: string) => void },
): Promise<void> {
  const stream = streamName(spec.from);
  const config = consumerConfig(spec);
  const existing = await orNone(manager.consumers.info(stream, config.durable_name));
  if (existing) {
    const { state } = await manager.streams.info(stream);
    if (existing.ack_floor.stream_seq <= state.last_seq) {
      await manager.consumers.update(stream, config.durable_name, config);
      return;
    }
    // After a power cut a consumer may claim to have seen more than the stream holds; it would then get nothing more.
    log?.(`${config.durable_name} was ahead of its stream and is made anew`);
    await manager.consumers.delete(stream, config.durable_name);
  }
  await manager.consumers.add(stream, { ...config, ...(await beginningOf(spec, databaseUrl)) });
}

/** Where a durable begins. When it is only brought up to date, this stays as it is. */
async function beginningOf(spec: ConsumerSpec, databaseUrl?: string) {
  const oldest = databaseUrl === undefined ? undefined : await oldestUnsettled(databaseUrl, spec);
  if (!oldest) return { deliver_policy: DeliverPolicy.All };
  return { deliver_policy: DeliverPolicy.StartTime, opt_start_time: oldest.toISOString() };
}

const orNone = <Info>(info: Promise<Info>): Promise<Info | undefined> =>
  info.catch((error: unknown) => {
    if (error instanceof JetStreamApiError && notFoundCodes.includes(error.code)) return undefined;
    throw error;
  });
