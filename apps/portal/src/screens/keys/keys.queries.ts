import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { dataOf, type components } from '#libs/api-client';
import type { Account } from '../../session/account-context';

export type Key = components['schemas']['ShownKey'];
export type KeyWithSecret = components['schemas']['ShownKeyWithSecret'];
export type Keys = components['schemas']['ShownKeys'];

export const keyKeys = {
  all: ({ environment }: Account) => [environment, 'keys'],
  list: (account: Account) => [...keyKeys.all(account), 'list'],
  of: (account: Account, subscriptionId: string) => [...keyKeys.all(account), 'of', subscriptionId],
};

/** Those of the account, whatever subscription they are for. */
export const keysQuery = (account: Account) =>
  infiniteQueryOptions({
    queryKey: keyKeys.list(account),
    queryFn: ({ pageParam }) =>
      dataOf(account.api.GET('/v1/keys', { params: { query: pageParam ? { cursor: pageParam } : {} } })),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

/** More than any subscription may have. */
const limit = 200;

export const keysOfQuery = (account: Account, subscriptionId: string) =>
  queryOptions<Keys>({
    queryKey: keyKeys.of(account, subscriptionId),
    queryFn: () => dataOf(account.api.GET('/v1/keys', { params: { query: { subscriptionId, limit } } })),
  });
