import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { clientFor, type PartnerClient, Problem } from '#libs/api-client';
import { createContext, useContext, type ReactNode } from 'react';
import { Navigate, useLocation } from 'react-router';
import { addressOf, type Environment } from '../pages';
import { endSession, useSession, type SignedIn } from './sessions';

/** The account a page belongs to: what calls it makes, and whose they are. */
export interface Account extends SignedIn {
  environment: Environment;
  api: PartnerClient;
}

const AccountContext = createContext<Account | undefined>(undefined);

export function useAccount(): Account {
  const account = useContext(AccountContext);
  if (!account) throw new Error('This page belongs to no account.');
  return account;
}

interface Connection {
  accountId: string;
  api: PartnerClient;
  queries: QueryClient;
}

/** One for each account, so that nothing of one can ever be shown in the colours of the other. */
const connections = new Map<Environment, Connection>();

/** The session is over, or another one has taken its place in this browser. */
const endings = ['not_signed_in', 'session_expired', 'account_ambiguous'];

/** Worth asking again by itself: whatever was refused stays refused. */
const passes = ({ code }: Problem): boolean => ['unreachable', 'unavailable'].includes(code);
const retriesMax = 2;

function connectionOf(environment: Environment, accountId: string): Connection {
  const known = connections.get(environment);
  if (known?.accountId === accountId) return known;
  const onError = (error: Error) => {
    if (error instanceof Problem && endings.includes(error.code)) leave(environment);
  };
  const queries = new QueryClient({
    queryCache: new QueryCache({ onError }),
    defaultOptions: {
      queries: { retry: (count, error) => error instanceof Problem && passes(error) && count < retriesMax },
      mutations: { onError },
    },
  });
  const connection = { accountId, api: clientFor(accountId), queries };
  connections.set(environment, connection);
  return connection;
}

/** Forgets all that was loaded. */
export function leave(environment: Environment): void {
  connections.get(environment)?.queries.clear();
  connections.delete(environment);
  endSession(environment);
}

/** Pages of one account; whoever is not signed in to it is led to its sign-in, and back. */
export function AccountPages({ environment, children }: { environment: Environment; children: ReactNode }) {
  const session = useSession(environment);
  const { pathname, search } = useLocation();
  if (!session) {
    const next = new URLSearchParams({ next: pathname + search });
    return <Navigate to={`${addressOf('signInTo', { environment })}?${next}`} replace />;
  }
  const { api, queries } = connectionOf(environment, session.accountId);
  return (
    <AccountContext value={{ ...session, environment, api }}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </AccountContext>
  );
}
