// What has become of decisions, by what reached their partner: what is lost, and what came as more than it is.

/** @typedef {{ number: number, submissionId: string, notes: string, partner: string }} Decision */
/** @typedef {{ webhook: string, eventId: string, submissionId: string, body: string, isAccepted: boolean, fault?: string }} Arrival */
/**
 * @typedef {object} Evidence
 * @property {Decision[]} decisions
 * @property {{ name: string, partner: string }[]} webhooks
 * @property {Arrival[]} arrivals all that came to them, as often as it came
 * @property {{ name: string, partner: string, texts: string[] }[]} accounts with the messages of each
 */

/** @param {Evidence} evidence */
export function verdictOn({ decisions, webhooks, arrivals, accounts }) {
  const counts = accounts.flatMap((account) =>
    decisions
      .filter(({ partner }) => partner === account.partner)
      .map(({ number, notes }) => ({
        what: `the message of decision ${number} in ${account.name}`,
        count: account.texts.filter((text) => text.includes(notes)).length,
      })),
  );
  const unaccepted = decisions.flatMap(({ number, submissionId, partner }) =>
    webhooks
      .filter((webhook) => webhook.partner === partner)
      .filter(({ name }) => !arrivals.some((one) => one.isAccepted && isOf(one, name, submissionId)))
      .map(({ name }) => `the webhook of decision ${number} at ${name}`),
  );
  const idsOf = (/** @type {Decision} */ { submissionId }) =>
    distinct(arrivals.filter((one) => one.submissionId === submissionId).map(({ eventId }) => eventId));
  return {
    decisions: decisions.length,
    webhookIds: distinct(arrivals.map(({ eventId }) => eventId)).length,
    messages: counts.reduce((sum, { count }) => sum + count, 0),
    lost: [...unaccepted, ...counts.filter(({ count }) => count === 0).map(({ what }) => what)],
    doubled: [
      ...decisions.filter((decision) => idsOf(decision).length > 1).map(({ number }) => `the id of decision ${number}`),
      ...counts.filter(({ count }) => count > 1).map(({ what }) => what),
    ],
    wrong: [
      ...arrivals.flatMap(({ eventId, fault }) => (fault ? [`${eventId} does not verify: ${fault}`] : [])),
      ...distinct(arrivals.map(({ eventId }) => eventId))
        .filter((id) => distinct(arrivals.filter(({ eventId }) => eventId === id).map(({ body }) => body)).length > 1)
        .map((id) => `${id} came with different bytes`),
      ...arrivals
        .filter(({ fault }) => !fault)
        .filter((one) => !decisions.some(({ submissionId }) => submissionId === one.submissionId))
        .map(({ eventId }) => `${eventId} is of no decision`),
    ],
  };
}

/** @param {ReturnType<typeof verdictOn>} verdict */
export const isGood = ({ lost, doubled, wrong }) => lost.length + doubled.length + wrong.length === 0;

/** @param {ReturnType<typeof verdictOn>} verdict */
export const inOneLine = ({ decisions, webhookIds, messages, lost, doubled }) =>
  `${decisions} decisions: ${webhookIds} distinct webhook ids, ${messages} inbox messages, ${lost.length} lost, ${doubled.length} doubled`;

/** @param {Arrival} arrival @param {string} webhook @param {string} submissionId */
const isOf = (arrival, webhook, submissionId) => arrival.webhook === webhook && arrival.submissionId === submissionId;

/** @param {string[]} values */
const distinct = (values) => [...new Set(values)];
