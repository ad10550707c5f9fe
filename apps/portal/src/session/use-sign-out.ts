import { useMutation } from '@tanstack/react-query';
import { dataOf } from '#libs/api-client';
import { useNavigate } from 'react-router';
import { addressOf } from '../pages';
import { leave, useAccount } from './account-context';

/** Ends the session on the server, of this account alone: somebody signed in to the other one stays so. */
export function useSignOut() {
  const { api, environment } = useAccount();
  const navigate = useNavigate();
  return useMutation<unknown>({
    mutationFn: () => dataOf(api.DELETE('/v1/sessions/current'), 'DELETE'),
    onSuccess: async () => {
      await navigate(addressOf('signIn'));
      leave(environment);
    },
  });
}
