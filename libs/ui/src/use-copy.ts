import { useEffect, useState, type RefObject } from 'react';
import { useAnnounce } from './announcer';
import { t } from './ui-texts';

/** How long a button says that it has copied, milliseconds. */
const shownMs = 2_000;

/**
 * Copies a text and says so. Where the browser does not let a page copy (plain HTTP), it selects what is shown.
 * @param what as it stands in "Copy …"
 */
export function useCopy(what: string, shown: RefObject<HTMLElement | null>) {
  const announce = useAnnounce();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return undefined;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [isCopied]);

  const fail = () => {
    const element = shown.current;
    element?.removeAttribute('hidden');
    if (element) getSelection()?.selectAllChildren(element);
    announce(t('copy.failed', { what }));
  };
  const succeed = () => {
    setCopied(true);
    announce(t('copy.done', { what }));
  };
  const copy = (text: string, onCopied?: () => void) => {
    // On plain HTTP a browser has no clipboard at all.
    const clipboard = navigator.clipboard as Clipboard | undefined;
    if (!clipboard) return fail();
    clipboard.writeText(text).then(() => {
      succeed();
      onCopied?.();
    }, fail);
  };
  return { copy, isCopied };
}
