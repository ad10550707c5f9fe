import { infiniteQueryOptions } from '@tanstack/react-query';
import { dataOf, type components } from '#libs/api-client';
import type { Account } from '../../session/account-context';

export type Subscription = components['schemas']['Subscription'];

export const subscriptionKeys = {
  all: ({ environment }: Account) => [environment, 'subscriptions'],
  list: (account: Account) => [...subscriptionKeys.all(account), 'list'],
  one: (account: Account, id: string) => [...subscriptionKeys.all(account), id],
  timeline: (account: Account, id: string) => [...subscriptionKeys.one(account, id), 'timeline'],
};

export const subscriptionsQuery = (account: Account) =>
  infiniteQueryOptions({
    queryKey: subscriptionKeys.list(account),
    queryFn: ({ pageParam }) =>
      dataOf(account.api.GET('/v1/subscriptions', { params: { query: pageParam ? { cursor: pageParam } : {} } })),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
