// What many runs come to, and how it is printed.
import { cpus } from 'node:os';

/** @typedef {{ median: number, min: number, max: number }} Summary */

/** @param {number[]} values @returns {Summary} */
export function summaryOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ index) => sorted[index] ?? NaN;
  const middle = (sorted.length - 1) / 2;
  return { median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, min: at(0), max: at(sorted.length - 1) };
}

/**
 * Pair by pair, what two contenders' runs of one round say together.
 * @param {number[]} ours
 * @param {number[]} base
 * @param {(ours: number, base: number) => number} compare
 */
export const summaryOfPairs = (ours, base, compare) =>
  summaryOf(ours.map((value, index) => compare(value, base[index] ?? NaN)));

/** @param {Summary} summary @param {number} [decimals] */
export const withRange = ({ median, min, max }, decimals = 0) =>
  `${median.toFixed(decimals)} (${min.toFixed(decimals)} to ${max.toFixed(decimals)})`;

/** @param {string[]} head @param {string[][]} rows */
export function markdownTable(head, rows) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), Node ${process.version}`;
