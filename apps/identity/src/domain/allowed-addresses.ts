import { contains, readRange } from '#libs/addresses';
import { invalid } from '#libs/errors';

/** In the one way in which each is written, each once. @throws invalid_request for what is no range of addresses */
export function requireRanges(wanted: readonly string[] = []): string[] {
  const read = wanted.map(readRange);
  const faults = read.flatMap((one, at) =>
    'fault' in one ? [{ pointer: `/allowedAddresses/${at}`, detail: `${wanted[at]} ${one.fault}` }] : [],
  );
  if (faults.length > 0) throw invalid(faults);
  return [...new Set(read.flatMap((one) => ('range' in one ? [one.range] : [])))];
}

/** Whether some address may be refused by then that was not before. Ranges that together make up another are not looked for. */
export function isNarrower(wanted: readonly string[], before: readonly string[]): boolean {
  if (wanted.length === 0) return false;
  return before.length === 0 || before.some((range) => !wanted.some((wide) => contains(wide, range)));
}
