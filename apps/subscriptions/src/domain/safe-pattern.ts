/** Longer ones are no longer read by whoever reviews them. */
const lengthMax = 200;
/** A group whose content can match in several ways may repeat so often; each repetition multiplies the ways. */
const ambiguousRepetitionsMax = 8;

/** How many ways a group has to match: one, a few (alternatives, bounded quantifiers), or any number. */
type Ambiguity = 'none' | 'bounded' | 'unbounded';

interface Quantifier {
  min: number;
  max: number;
  end: number;
}

/**
 * Why a pattern of a form is refused, or undefined. JavaScript's engine backtracks: a pattern such as `(a+)+$` takes
 * for ever on an answer made for it, and one answer would stop the service. A conservative look at the text of the
 * pattern, and the time limit of the check itself (`within-time.ts`) stands behind it.
 */
export function patternFault(pattern: string): string | undefined {
  if (pattern.length > lengthMax) return `A pattern has at most ${lengthMax} characters.`;
  if (!compiles(pattern)) return 'A pattern is not a regular expression.';
  const groups: Ambiguity[] = ['none'];
  const note = (ambiguity: Ambiguity) => {
    groups[groups.length - 1] = worse(groups[groups.length - 1] ?? 'none', ambiguity);
  };
  for (let at = 0; at < pattern.length;) {
    if (isBackreference(pattern, at)) return 'A pattern does not refer back to a group.';
    const atom = pattern[at];
    const closed = atom === ')' ? (groups.pop() ?? 'none') : 'none';
    if (atom === '(') groups.push('none');
    if (atom === '|') note('bounded');
    note(closed);
    at = endOfAtom(pattern, at);
    const quantifier = quantifierAt(pattern, at);
    if (!quantifier) continue;
    if (repeatsTooOften(closed, quantifier))
      return 'A pattern does not repeat what itself repeats or has alternatives.';
    if (quantifier.min !== quantifier.max) note(quantifier.max === Infinity ? 'unbounded' : 'bounded');
    at = quantifier.end;
  }
  return undefined;
}

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}

const order: Ambiguity[] = ['none', 'bounded', 'unbounded'];
const worse = (a: Ambiguity, b: Ambiguity): Ambiguity => (order.indexOf(a) > order.indexOf(b) ? a : b);

const isBackreference = (pattern: string, at: number): boolean => /^\\[1-9k]/.test(pattern.slice(at, at + 2));

function repeatsTooOften(content: Ambiguity, { max }: Quantifier): boolean {
  if (content === 'none' || max <= 1) return false;
  return content === 'unbounded' || max > ambiguousRepetitionsMax;
}

/** Where the next atom begins: after an escape, a whole character class, the head of a group, or one character. */
function endOfAtom(pattern: string, at: number): number {
  const rest = pattern.slice(at);
  const [atom] = /^\\[pPu]\{[^}]*\}/.exec(rest) ??
    /^\\./su.exec(rest) ??
    /^\[(?:\\.|[^\]\\])*\]/su.exec(rest) ??
    /^\(\?(?:[:=!]|<[=!]|<[^>]*>)/.exec(rest) ??
    /^./su.exec(rest) ?? [' '];
  return at + atom.length;
}

function quantifierAt(pattern: string, at: number): Quantifier | undefined {
  const found = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(pattern.slice(at));
  if (!found) return undefined;
  const [text, sign, least, comma, most] = found;
  const end = at + text.length;
  if (sign !== undefined) return { min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Infinity, end };
  return { min: Number(least), max: most ? Number(most) : comma ? Infinity : Number(least), end };
}
