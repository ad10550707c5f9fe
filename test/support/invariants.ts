import type { Client } from 'pg';
import {
  consumers,
  environments,
  eventSubject,
  eventType,
  linkEvents,
  staffEvents,
  onceEvents,
  services,
  type Environment,
} from '#libs/contracts';
import { until, type RunningSystem } from '#libs/testing';
import { asAdministrator } from './postgres';

/** Of one event: in which inbox its message belongs, or lies, and how often. */
type Copies = Map<string, number>;

const asCopies = (rows: { event_id: string; count: string }[], environment: Environment): [string, number][] =>
  rows.map(({ event_id: eventId, count }) => [`${environment} ${eventId}`, Number(count)]);

/** What the contracts say notifications listens to, and identity and subscriptions have told. */
async function expectedMessages(client: Client): Promise<Copies> {
  const copies: Copies = new Map();
  for (const { events: all, from, into } of consumers.filter(({ service }) => service === 'notifications')) {
    // A link is sent to one person by mail, and stands in no inbox. What has no outbox is counted by test/faults/once-events.spec.ts.
    const events = all.filter(
      (definition) =>
        !linkEvents.includes(definition) && !staffEvents.includes(definition) && !onceEvents.includes(definition),
    );
    for (const producer of new Set(events.map(({ app }) => app))) {
      const subjects = events.map((definition) => eventSubject(definition, from));
      const { rows } = await client.query<{ event_id: string; count: string }>(
        `select event_id, 1 as count from ${producer}.outbox where scope = $1 and subject = any($2)`,
        [from, subjects],
      );
      for (const [copy, count] of asCopies(rows, into as Environment)) copies.set(copy, count);
    }
  }
  return copies;
}

async function presentMessages(client: Client): Promise<Copies> {
  const copies: Copies = new Map();
  for (const environment of environments) {
    const { rows } = await client.query<{ event_id: string; count: string }>(
      `select event_id, count(*) from notifications.messages where environment = $1 and type <> all($2) group by event_id`,
      [environment, onceEvents.map(eventType)],
    );
    for (const [copy, count] of asCopies(rows, environment)) copies.set(copy, count);
  }
  return copies;
}

export interface MessageTally {
  expected: number;
  missing: string[];
  doubled: string[];
  invented: string[];
}

/** Messages against the events they tell, event by event. */
export const messageTally = (system: RunningSystem): Promise<MessageTally> =>
  asAdministrator(system, async (client) => {
    const expected = await expectedMessages(client);
    const present = await presentMessages(client);
    return {
      expected: expected.size,
      missing: [...expected.keys()].filter((copy) => !present.has(copy)),
      doubled: [...present].filter(([, count]) => count > 1).map(([copy]) => copy),
      invented: [...present.keys()].filter((copy) => !expected.has(copy)),
    };
  });

/** Events that are not yet published, or not yet recorded by all who listen. */
export const unsettledEvents = (system: RunningSystem): Promise<number> =>
  asAdministrator(system, async (client) => {
    let unsettled = 0;
    for (const service of services) {
      const { rows } = await client.query<{ count: string }>(
        `select count(*) from ${service}.outbox where published_at is null or settled_at is null`,
      );
      unsettled += Number(rows[0]?.count);
    }
    return unsettled;
  });

/** Waits until every event has arrived wherever somebody listens; the reconciler settles it only then. */
export const allSettled = (system: RunningSystem, timeoutMs = 60_000): Promise<unknown> =>
  until('every definition to arrive', async () => (await unsettledEvents(system)) === 0, timeoutMs);

export const deadLetters = (system: RunningSystem) =>
  asAdministrator(system, async (client) => {
    const found: { service: string; consumer: string; subject: string; reason: string }[] = [];
    for (const service of services) {
      const { rows } = await client.query<{ consumer: string; subject: string; reason: string }>(
        `select consumer, subject, reason from ${service}.dead_letters`,
      );
      found.push(...rows.map((row) => ({ service, ...row })));
    }
    return found;
  });

/** The history of each subscription, oldest first, and subscriptions whose history has a gap or a wrong end. */
export const histories = (system: RunningSystem) =>
  asAdministrator(system, async (client) => {
    const { rows } = await client.query<{
      id: string;
      version: number;
      phase: string;
      transitions: { version: number; action: string; from: string | null; to: string }[];
    }>(
      `select s.id, s.version, s.phase,
         json_agg(json_build_object('version', t.version, 'action', t.action, 'from', t.from_phase, 'to', t.to_phase) order by t.version) as transitions
       from subscriptions.subscriptions s join subscriptions.transitions t on t.subscription_id = s.id
       group by s.id, s.version, s.phase`,
    );
    const broken = rows.filter(
      ({ version, phase, transitions }) =>
        transitions.length !== version ||
        transitions.at(-1)?.to !== phase ||
        transitions.some((each, index) => each.version !== index + 1) ||
        transitions.some((each, index) => each.from !== (transitions[index - 1]?.to ?? null)),
    );
    return { all: rows, broken };
  });
