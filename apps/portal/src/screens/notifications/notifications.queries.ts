import { infiniteQueryOptions } from '@tanstack/react-query';
import { dataOf, type components } from '#libs/api-client';
import type { Account } from '../../session/account-context';

export type Message = components['schemas']['Message'];

export const notificationKeys = { all: ({ environment }: Account) => [environment, 'notifications'] };

export const notificationsQuery = (account: Account) =>
  infiniteQueryOptions({
    queryKey: notificationKeys.all(account),
    queryFn: ({ pageParam }) =>
      dataOf(account.api.GET('/v1/notifications', { params: { query: pageParam ? { cursor: pageParam } : {} } })),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
