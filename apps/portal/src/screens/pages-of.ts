import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { Loaded } from '#libs/ui';

interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** The items of all pages that were loaded, as one list. */
export const listOf = <Item>({
  data,
  error,
  refetch,
}: UseInfiniteQueryResult<InfiniteData<Page<Item>>>): Loaded<Item[]> => ({
  data: data?.pages.flatMap(({ items }) => items),
  error,
  refetch,
});
