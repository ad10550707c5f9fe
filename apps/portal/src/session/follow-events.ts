import { EventSource } from 'eventsource';

interface Follower {
  /** @param type such as `subscriptions.submission-approved.v1` */
  onEvent: (type: string) => void;
  onOpen: (isAgain: boolean) => void;
  onGone: () => void;
}

/** Until a stream that was refused, such as by an edge that is just starting again, is tried again. Milliseconds. */
const againMs = 3_000;

/**
 * The stream of the account's events. Not the browser's own: that one cannot say which of two accounts is meant.
 * @returns what ends it
 */
export function followEvents(accountId: string, { onEvent, onOpen, onGone }: Follower): () => void {
  let source: EventSource;
  let isAgain = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    source = new EventSource('/v1/notifications/stream', {
      fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, 'Slipway-Account': accountId } }),
    });
    source.onopen = () => {
      onOpen(isAgain);
      isAgain = true;
    };
    source.onmessage = ({ data }) => onEvent((JSON.parse(String(data)) as { type: string }).type);
    source.onerror = () => {
      onGone();
      // What breaks off it connects again by itself; what is refused it gives up.
      if (source.readyState === EventSource.CLOSED) again = setTimeout(open, againMs);
    };
  };
  open();
  return () => {
    clearTimeout(again);
    source.close();
  };
}
