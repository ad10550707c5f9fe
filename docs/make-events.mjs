// `npm run docs:events` writes docs/events.md from libs/contracts; test/architecture/events-page.spec.ts fails when what is
// committed is no longer that.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { outcomesText } from './make-outcomes.mjs';

/**
 * What the page needs of libs/contracts.
 * @typedef {{ app: string, name: string, version: number, scopes: readonly string[], data: object }} Definition
 * @typedef {Definition & { when: string, source?: string }} EventDefinition
 * @typedef {Definition & { receivedBy: readonly string[], guarantee: string }} Broadcast
 * @typedef {{ service: string, from: string, into: string, events: readonly EventDefinition[] }} Consumer
 * @typedef {object} Contracts
 * @property {readonly string[]} apps
 * @property {readonly EventDefinition[]} allEvents
 * @property {readonly Broadcast[]} allBroadcasts
 * @property {readonly Consumer[]} consumers
 */

const introduction = `# Events

Made from \`libs/contracts\` by \`npm run docs:events\`; do not edit.

An event is a CloudEvent 1.0 (structured mode) on the subject \`events.<scope>.<app>.<name>.v1\`, in the stream
\`EVENTS_<SCOPE>\`. Its \`id\` is a UUIDv7 and the message id in JetStream. \`subject\` and \`aggregateid\` name what it is about,
\`aggregateversion\` that thing's version after the change, \`traceid\` the request that caused it. It may arrive late, twice
or out of order; [adr 0005](adr/0005-outbox-relay-reconciler.md) says how consumers deal with that.

The exact data is the schema in \`libs/contracts\`; \`?\` marks what may be absent. No event holds a secret, a password or a
hash. Consumers are named with the scope of the database role under which their effect is written.`;

const broadcasts = `## Broadcasts

A hint to every copy of its receivers at once, outside JetStream, on \`broadcast.<scope>.<app>.<name>.v1\`. It may get lost.`;

/** @param {string} text */
const code = (text) => `\`${text}\``;

/** @param {Definition} definition */
const nameOf = ({ name, version }) => code(version === 1 ? name : `${name}.v${version}`);

/** A schema's own fields. @param {object} schema */
function fieldsOf(schema) {
  const { shape = {} } = /** @type {{ shape?: Record<string, { isOptional: () => boolean }> }} */ (schema);
  return Object.entries(shape)
    .map(([name, field]) => code(field.isOptional() ? `${name}?` : name))
    .join(', ');
}

/** @param {EventDefinition} event @param {readonly Consumer[]} consumers */
function consumersOf(event, consumers) {
  const own = consumers.filter(({ events }) => events.includes(event));
  const services = [...new Set(own.map(({ service }) => service))];
  return services
    .map((service) => {
      const scopes = own.filter((consumer) => consumer.service === service).map(({ into }) => into);
      return `${code(service)} (${[...new Set(scopes)].join(', ')})`;
    })
    .join(', ');
}

/** Columns as wide as their widest cell, as Prettier has them. @param {string[][]} rows the first one is the head */
function table(rows) {
  const widths = (rows[0] ?? []).map((_head, column) => Math.max(3, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (/** @type {string[]} */ cells) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

/** @param {string} app @param {Contracts} contracts */
function eventsOf(app, { allEvents, consumers }) {
  const rows = allEvents
    .filter((event) => event.app === app)
    .map((event) => [
      nameOf(event),
      event.scopes.join(', '),
      event.when + (event.source === 'edge' ? ' Straight to the stream, and may be lost in part.' : ''),
      fieldsOf(event.data),
      consumersOf(event, consumers),
    ]);
  if (rows.length === 0) return undefined;
  return `## ${app}\n\n${table([['event', 'scopes', 'published when', 'data', 'consumers'], ...rows])}`;
}

/** The whole page. @param {Contracts} contracts */
export function eventsPage(contracts) {
  const rows = contracts.allBroadcasts.map((broadcast) => [
    code(`${broadcast.app}.${broadcast.name}`),
    broadcast.scopes.join(', '),
    broadcast.receivedBy.map(code).join(', '),
    fieldsOf(broadcast.data),
    broadcast.guarantee,
  ]);
  const silent = contracts.apps.filter((app) => !contracts.allEvents.some((event) => event.app === app));
  const head = ['broadcast', 'scopes', 'received by', 'data', 'what stands behind it'];
  const sections = [
    introduction,
    ...contracts.apps.map((app) => eventsOf(app, contracts)),
    silent.length > 0 && `${silent.map(code).join(', ')} publish no events.`,
    `${broadcasts}\n\n${table([head, ...rows])}`,
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const checkout = resolve(import.meta.dirname, '..');
  const built = join(checkout, 'dist', 'libs', 'contracts', 'src', 'index.js');
  const contracts = /** @type {Contracts & Parameters<typeof outcomesText>[0]} */ (
    createRequire(import.meta.url)(built)
  );
  writeFileSync(join(checkout, 'docs', 'events.md'), eventsPage(contracts));
  writeFileSync(join(checkout, 'docs', 'outcomes.asyncapi.json'), outcomesText(contracts));
}
