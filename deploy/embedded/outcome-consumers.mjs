// The provider's systems that follow outcomes, as the data folder names them: `npm run outcome-consumer` adds one, and a
// system that runs gives it its login and its durable within seconds.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param {string} dataDir */
const fileOf = (dataDir) => join(dataDir, 'outcome-consumers');

/** @param {string} dataDir @returns {string} such as `crm@production,warehouse@sandbox` */
export function knownOutcomeConsumers(dataDir) {
  try {
    return readFileSync(fileOf(dataDir), 'utf8').trim();
  } catch {
    return '';
  }
}

/** @param {string} dataDir @param {string[]} consumers */
const keep = (dataDir, consumers) => writeFileSync(fileOf(dataDir), `${consumers.join(',')}\n`, { mode: 0o600 });

/** @param {string} dataDir */
const listed = (dataDir) => knownOutcomeConsumers(dataDir).split(',').filter(Boolean);

/** @param {string} dataDir @param {string} consumer such as `crm@production`; known by then or before */
export const addOutcomeConsumer = (dataDir, consumer) => keep(dataDir, [...new Set([...listed(dataDir), consumer])]);

/** Whoever has its login is thrown out. Its durable stays. @param {string} dataDir @param {string} consumer */
export const removeOutcomeConsumer = (dataDir, consumer) =>
  keep(
    dataDir,
    listed(dataDir).filter((known) => known !== consumer),
  );
