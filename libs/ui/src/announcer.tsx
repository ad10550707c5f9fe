import { VisuallyHidden } from '@mantine/core';
import { createContext, useCallback, useContext, useEffect, useState, type ReactNode } from 'react';

const Announce = createContext<(text: string) => void>(() => undefined);

/** Says something aloud to whoever does not see it change, once. */
export const useAnnounce = () => useContext(Announce);

/** How long a text stays where a screen reader finds it, milliseconds: the same one later is news again. */
const readMs = 3_000;

/** The live region is in the page from the start: one that comes with its text is not read. */
export function Announcer({ children }: { children: ReactNode }) {
  const [text, setText] = useState('');
  const announce = useCallback((news: string) => setText(news), []);
  useEffect(() => {
    if (text === '') return undefined;
    const timer = setTimeout(() => setText(''), readMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <Announce value={announce}>
      {children}
      <VisuallyHidden role="status" aria-live="polite">
        {text}
      </VisuallyHidden>
    </Announce>
  );
}
