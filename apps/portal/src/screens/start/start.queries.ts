import { queryOptions } from '@tanstack/react-query';
import { dataOf, type components } from '#libs/api-client';
import type { Account } from '../../session/account-context';

export type Milestones = components['schemas']['ListMilestonesReply']['items'];
export type Milestone = Milestones[number];

export const milestoneKeys = { all: ({ environment }: Account) => [environment, 'milestones'] };

export const milestonesQuery = (account: Account) =>
  queryOptions<Milestones>({
    queryKey: milestoneKeys.all(account),
    queryFn: async () => (await dataOf(account.api.GET('/v1/milestones'))).items,
  });
