import { useMutation } from '@tanstack/react-query';
import { clientFor, dataOf, type components, type Problem } from '#libs/api-client';
import { useNavigate, useSearchParams } from 'react-router';
import { addressOf, pages } from '../pages';
import { safeNext } from './safe-next';
import { beginSession } from './sessions';

export interface Credentials extends Record<string, string> {
  username: string;
  password: string;
}

type SignedInReply = components['schemas']['SignedIn'];
const api = clientFor();
const secondMs = 1_000;

export const signIn = (body: Credentials): Promise<SignedInReply> => dataOf(api.POST('/v1/sessions', { body }), 'POST');

/** Notes who is signed in, and leads on: to the page they came from, or to the first one of their account. */
export function useArrival() {
  const navigate = useNavigate();
  const [search] = useSearchParams();
  return ({ account, person, roles, expiresIn }: SignedInReply) => {
    const { environment } = account;
    beginSession(environment, {
      accountId: account.id,
      login: `${person.username}@${account.domain}`,
      role: roles.includes('global_admin') ? 'global_admin' : 'developer',
      until: Date.now() + expiresIn * secondMs,
    });
    const first = account.state === 'awaiting_setup' ? pages.setUp : addressOf('subscriptions', { environment });
    return navigate(safeNext(search.get('next'), environment) ?? first);
  };
}

export function useSignIn() {
  const arrive = useArrival();
  return useMutation<SignedInReply, Problem, Credentials>({
    mutationFn: signIn,
    onSuccess: (reply) => void arrive(reply),
  });
}
