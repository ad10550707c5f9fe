import { queryOptions } from '@tanstack/react-query';
import { dataOf, type components } from '#libs/api-client';
import type { Account } from '../../session/account-context';
import { subscriptionKeys, type Subscription } from '../subscriptions/subscriptions.queries';

export type TimelineItem = components['schemas']['TimelineItem'];

export const subscriptionQuery = (account: Account, id: string) =>
  queryOptions<Subscription>({
    queryKey: subscriptionKeys.one(account, id),
    queryFn: () => dataOf(account.api.GET('/v1/subscriptions/{id}', { params: { path: { id } } })),
  });

export const timelineQuery = (account: Account, id: string) =>
  queryOptions<TimelineItem[]>({
    queryKey: subscriptionKeys.timeline(account, id),
    queryFn: async () =>
      (await dataOf(account.api.GET('/v1/subscriptions/{id}/timeline', { params: { path: { id } } }))).items,
  });
