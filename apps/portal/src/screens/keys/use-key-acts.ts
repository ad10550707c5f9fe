import { dataOf } from '#libs/api-client';
import { useAccount } from '../../session/account-context';
import { useAct } from '../../session/use-act';
import { keyKeys, type Key, type KeyWithSecret } from './keys.queries';

export interface NewKey {
  name: string;
  subscriptionId: string;
}

const headed = (key: string) => ({ header: { 'Idempotency-Key': key } });

/** @param onSecret what comes back with the one secret */
export function useCreateKey(onSecret: (pair: KeyWithSecret) => void) {
  const account = useAccount();
  return useAct({
    run: (body: NewKey, key) => dataOf(account.api.POST('/v1/keys', { body, params: headed(key) }), 'POST'),
    changes: [keyKeys.all(account)],
    onDone: onSecret,
  });
}

export interface Renewal {
  revokeTokens: boolean;
}

export function useRegenerateKey({ id }: Key, onSecret: (pair: KeyWithSecret) => void) {
  const account = useAccount();
  return useAct({
    run: (body: Renewal, key) =>
      dataOf(
        account.api.POST('/v1/keys/{id}/regeneration', { body, params: { path: { id }, ...headed(key) } }),
        'POST',
      ),
    changes: [keyKeys.all(account)],
    onDone: onSecret,
  });
}

export function useRotateKey({ id }: Key, onSecret: (pair: KeyWithSecret) => void) {
  const account = useAccount();
  return useAct({
    run: (body: Renewal & { overlapSeconds: number }, key) =>
      dataOf(account.api.POST('/v1/keys/{id}/rotation', { body, params: { path: { id }, ...headed(key) } }), 'POST'),
    changes: [keyKeys.all(account)],
    onDone: onSecret,
  });
}

export function useDeleteKey({ id }: Key, onDone: () => void) {
  const account = useAccount();
  return useAct({
    run: (body: Renewal, key) =>
      dataOf(account.api.DELETE('/v1/keys/{id}', { body, params: { path: { id }, ...headed(key) } }), 'DELETE'),
    changes: [keyKeys.all(account)],
    onDone,
  });
}
