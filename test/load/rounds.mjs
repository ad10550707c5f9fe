// Contenders measured in turn, so that what the machine does besides meets all of them alike.
import { parseArgs } from 'node:util';

/**
 * Numbers from the command line, such as `--rounds 15`.
 * @template {string} Name
 * @param {Record<Name, number>} defaults
 * @returns {{ numbers: Record<Name, number>, positionals: string[] }}
 */
export function numbersFromArguments(defaults) {
  const names = /** @type {Name[]} */ (Object.keys(defaults));
  const options = Object.fromEntries(names.map((name) => [name, { type: /** @type {const} */ ('string') }]));
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const numbers = { ...defaults };
  for (const name of names) {
    const number = Number(values[name] ?? defaults[name]);
    if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} takes a whole number from 1 on.`);
    numbers[name] = number;
  }
  return { numbers, positionals };
}

/**
 * Measures every contender once in each round, there and back: A B, B A, A B. The first round warms up and is not kept.
 * @template Contender
 * @template Run
 * @param {Contender[]} contenders
 * @param {number} rounds
 * @param {(contender: Contender, round: number) => Promise<Run>} measure
 * @returns {Promise<Run[][]>} for each contender its runs; those of one index belong to one round
 */
export async function alternate(contenders, rounds, measure) {
  const runs = contenders.map(() => /** @type {Run[]} */ ([]));
  const entries = contenders.map((contender, index) => ({ contender, index }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { contender, index } of round % 2 === 0 ? entries.toReversed() : entries) {
      const run = await measure(contender, round);
      if (round > 0) runs[index]?.push(run);
    }
  }
  return runs;
}
