import { IntlMessageFormat } from 'intl-messageformat';
import type { ReactNode } from 'react';

type Catalogue = Readonly<Record<string, string>>;
type Value = string | number | Date;
export type Values = Record<string, Value>;
type RichValues = Record<string, Value | ((part: ReactNode) => ReactNode)>;

export interface Texts<Key extends string> {
  (key: Key, values?: Values): string;
  /** With marks such as `<b>…</b>`, each given to a function. */
  rich(key: Key, values: RichValues): ReactNode;
  /** Texts whose key is put together, such as those of an error code. */
  optional(key: string, values?: Values): string | undefined;
}

export const locale = 'en-GB';

/** The words of a site: ICU messages by what they mean, each parsed at its first use. */
export function textsOf<Key extends string>(catalogue: Readonly<Record<Key, string>>): Texts<Key> {
  const messages: Catalogue = catalogue;
  const parsed = new Map<string, IntlMessageFormat>();
  const messageOf = (key: string, text: string): IntlMessageFormat => {
    const known = parsed.get(key) ?? new IntlMessageFormat(text, locale);
    parsed.set(key, known);
    return known;
  };
  const optional = (key: string, values?: Values): string | undefined => {
    const text = messages[key];
    return text === undefined ? undefined : String(messageOf(key, text).format(values));
  };
  const text = (key: Key, values?: Values): string => String(messageOf(key, catalogue[key]).format(values));
  const rich = (key: Key, values: RichValues): ReactNode =>
    messageOf(key, catalogue[key]).format<ReactNode>(values as never) as ReactNode;
  return Object.assign(text, { rich, optional });
}
