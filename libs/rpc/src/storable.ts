import { pointerTo } from '#libs/contracts';
import { invalid, type FieldFault } from '#libs/errors';

/** Levels of one request; what is nested deeper is an attack on whatever walks it. */
const depthMax = 32;

/**
 * Postgres stores neither NUL nor half a surrogate pair. Of every request of every service, before its contract is
 * looked at: what a rule lets through as it is, a use case may keep.
 *
 * @throws invalid_request
 */
export function requireStorable(request: unknown): void {
  if (!isStorable(request, 0)) throw invalid(faultsOf(request, []));
}

/** Of every request, so it makes nothing: what is wrong, and where, is only looked up when something is. */
function isStorable(value: unknown, depth: number): boolean {
  if (depth > depthMax) return false;
  if (typeof value === 'string') return isStorableText(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every((member) => isStorable(member, depth + 1));
  for (const name in value) {
    if (!isStorableText(name) || !isStorable((value as Record<string, unknown>)[name], depth + 1)) return false;
  }
  return true;
}

function faultsOf(value: unknown, path: (string | number)[]): FieldFault[] {
  if (path.length > depthMax)
    return [{ pointer: pointerTo(...path.slice(0, 4)), detail: 'This is nested too deeply.' }];
  if (typeof value === 'string') {
    return isStorableText(value)
      ? []
      : [{ pointer: pointerTo(...path), detail: 'This text has characters that cannot be stored.' }];
  }
  if (Array.isArray(value)) return value.flatMap((member, index) => faultsOf(member, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    isStorableText(name)
      ? faultsOf(member, [...path, name])
      : [{ pointer: pointerTo(...path), detail: 'A name has characters that cannot be stored.' }],
  );
}

const isStorableText = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
