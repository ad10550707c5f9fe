import { pointerTo } from '#libs/contracts';
import { invalid, type FieldFault } from '#libs/errors';

/** Levels of one request; what is nested deeper is an attack on whatever walks it. */
const depthMax = 32;
const halfOfAPair = /\p{Surrogate}/u;

/**
 * Postgres stores neither NUL nor half a surrogate pair. Of every request of every service, before its contract is
 * looked at: what a rule lets through as it is, a use case may keep.
 *
 * @throws invalid_request
 */
export function requireStorable(request: unknown): void {
  const faults = faultsOf(request, []);
  if (faults.length > 0) throw invalid(faults);
}

function faultsOf(value: unknown, path: (string | number)[]): FieldFault[] {
  if (path.length > depthMax)
    return [{ pointer: pointerTo(...path.slice(0, 4)), detail: 'This is nested too deeply.' }];
  if (typeof value === 'string') {
    return isStorable(value)
      ? []
      : [{ pointer: pointerTo(...path), detail: 'This text has characters that cannot be stored.' }];
  }
  if (Array.isArray(value)) return value.flatMap((member, index) => faultsOf(member, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    isStorable(name)
      ? faultsOf(member, [...path, name])
      : [{ pointer: pointerTo(...path), detail: 'A name has characters that cannot be stored.' }],
  );
}

const isStorable = (text: string): boolean => !text.includes('\0') && !halfOfAPair.test(text);
