// `npm run docs:events` writes docs/outcomes.asyncapi.json, too: AsyncAPI 3 of the stream by which the provider's systems
// follow outcomes, from libs/contracts. test/architecture/outcomes-document.spec.ts fails when it is no longer that.
import { z } from 'zod';

/**
 * What the document needs of libs/contracts.
 * @typedef {object} Contracts
 * @property {readonly { type: string, when: string, data: import('zod').ZodObject }[]} publicEvents
 * @property {{ publicCloudEvent: import('zod').ZodObject }} notifications
 * @property {(type: string, environment: 'sandbox') => string} outcomeSubject
 * @property {readonly string[]} environments
 */

/** `subscriptions.submission-approved.v1` → `subscriptionsSubmissionApprovedV1` @param {string} type */
const keyOf = (type) => type.replace(/[.-](\w)/g, (_, /** @type {string} */ letter) => letter.toUpperCase());

/** @param {import('zod').ZodType} rule */
function schemaOf(rule) {
  const { $schema, ...schema } = z.toJSONSchema(rule, { io: 'output', target: 'draft-7' });
  void $schema;
  return schema;
}

/** @param {Contracts} contracts */
export function outcomesDocument({ publicEvents, notifications, outcomeSubject, environments }) {
  const events = publicEvents.filter(({ type }) => !type.startsWith('webhooks.'));
  /** @param {(typeof events)[number]} event */
  const messageOf = ({ type, when, data }) => ({
    name: type,
    title: type,
    summary: when,
    contentType: 'application/cloudevents+json',
    payload: schemaOf(notifications.publicCloudEvent.extend({ type: z.literal(type), data })),
  });
  const keys = events.map(({ type }) => keyOf(type));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Slipway outcomes',
      version: '1.0.0',
      description:
        'What partners are told, for the systems of the provider: a JetStream stream per environment, OUTCOMES_SANDBOX and OUTCOMES_PRODUCTION. The sequence of a message is its cursor. See outcomes.md.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(
      events.map(({ type }) => [
        keyOf(type),
        {
          address: outcomeSubject(type, /** @type {'sandbox'} */ ('{environment}')),
          parameters: { environment: { enum: [...environments] } },
          messages: { [keyOf(type)]: { $ref: `#/components/messages/${keyOf(type)}` } },
          bindings: { nats: { bindingVersion: '0.1.0' } },
        },
      ]),
    ),
    operations: Object.fromEntries(
      keys.map((key) => [
        `on${key.charAt(0).toUpperCase()}${key.slice(1)}`,
        { action: 'receive', channel: { $ref: `#/channels/${key}` } },
      ]),
    ),
    components: { messages: Object.fromEntries(events.map((event) => [keyOf(event.type), messageOf(event)])) },
  };
}

/** As it is committed. @param {Contracts} contracts */
export const outcomesText = (contracts) => `${JSON.stringify(outcomesDocument(contracts), null, 2)}\n`;
