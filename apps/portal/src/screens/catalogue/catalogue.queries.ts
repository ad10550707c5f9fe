import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { dataOf, type components } from '#libs/api-client';
import type { Account } from '../../session/account-context';

export type Product = components['schemas']['PublicProduct'];
export type Plan = Product['plans'][number];

const keys = {
  all: ({ environment }: Account) => [environment, 'products'],
  one: (account: Account, productId: string) => [...keys.all(account), productId],
};

export const productsQuery = (account: Account) =>
  infiniteQueryOptions({
    queryKey: keys.all(account),
    queryFn: ({ pageParam }) =>
      dataOf(account.api.GET('/v1/products', { params: { query: pageParam ? { cursor: pageParam } : {} } })),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const productQuery = (account: Account, productId: string) =>
  queryOptions<Product>({
    queryKey: keys.one(account, productId),
    queryFn: () => dataOf(account.api.GET('/v1/products/{id}', { params: { path: { id: productId } } })),
  });
