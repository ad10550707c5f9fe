import { queryOptions, useQuery } from '@tanstack/react-query';
import { clientFor, dataOf, type components } from '#libs/api-client';
import { useAccount, type Account } from './account-context';

export type AccountDetails = components['schemas']['Account'];
type Provider = components['schemas']['Provider'];

export const sessionKeys = {
  provider: ['provider'],
  account: ({ environment }: Account) => [environment, 'account'],
  sandbox: ({ environment }: Account) => [environment, 'sandbox'],
};

const anonymous = clientFor();

/** Whose portal this is: the same for everybody. */
const providerQuery = queryOptions<Provider>({
  queryKey: sessionKeys.provider,
  queryFn: () => dataOf(anonymous.GET('/v1/provider')),
  staleTime: Infinity,
});
export const useProvider = () => useQuery(providerQuery);

export const accountQuery = (account: Account) =>
  queryOptions<AccountDetails>({
    queryKey: sessionKeys.account(account),
    queryFn: () => dataOf(account.api.GET('/v1/account')),
  });
export const useAccountDetails = () => useQuery(accountQuery(useAccount()));

/** While it is made it is looked for again and again: it takes seconds. Milliseconds. */
const provisioningLookMs = 1_000;

const sandboxQuery = (account: Account) =>
  queryOptions<components['schemas']['GetSandboxReply']>({
    queryKey: sessionKeys.sandbox(account),
    queryFn: () => dataOf(account.api.GET('/v1/sandbox')),
    refetchInterval: ({ state }) => state.data?.state === 'provisioning' && provisioningLookMs,
  });
export const useSandbox = () => useQuery(sandboxQuery(useAccount()));
