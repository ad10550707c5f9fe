import { useSyncExternalStore } from 'react';
import type { Environment } from '../pages';

/** Who is signed in to one account in this browser: nothing secret, the session itself is a cookie that no script reads. */
export interface SignedIn {
  accountId: string;
  login: string;
  role: 'global_admin' | 'developer';
  /** The session ends by then, whatever happens. Milliseconds since 1970. */
  until: number;
}

type Sessions = Partial<Record<Environment, SignedIn>>;

/**
 * Kept in the browser, for all its tabs: which of the two accounts there is a session of cannot be seen in the cookies, and an
 * anonymous visit is to call nothing that is refused.
 */
const storageKey = 'slipway.sessions';
const listeners = new Set<() => void>();
let current = read();

function read(): Sessions {
  try {
    return JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Sessions;
  } catch {
    return {};
  }
}

function write(sessions: Sessions): void {
  current = sessions;
  localStorage.setItem(storageKey, JSON.stringify(sessions));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  const onStorage = ({ key }: StorageEvent) => {
    if (key !== storageKey && key !== null) return;
    current = read();
    listener();
  };
  listeners.add(listener);
  addEventListener('storage', onStorage);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', onStorage);
  };
}

const live = (signedIn: SignedIn | undefined): SignedIn | undefined =>
  signedIn && signedIn.until > Date.now() ? signedIn : undefined;

export const beginSession = (environment: Environment, signedIn: SignedIn): void =>
  write({ ...read(), [environment]: signedIn });

export const endSession = (environment: Environment): void => write({ ...read(), [environment]: undefined });

/** Who is signed in to the account of an environment, in any tab of this browser. */
export function useSession(environment: Environment): SignedIn | undefined {
  return live(useSyncExternalStore(subscribe, () => current)[environment]);
}
