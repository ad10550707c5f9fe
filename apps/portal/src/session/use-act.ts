import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { Intent, type Problem } from '#libs/api-client';
import { useState } from 'react';

interface Act<Variables, Result> {
  /** @param key of what is wanted: the same however often it is asked for again */
  run: (variables: Variables, key: string) => Promise<Result>;
  /** What is no longer so afterwards. */
  changes?: readonly QueryKey[];
  onDone?: (result: Result, variables: Variables) => void;
}

/** Something that changes something: done once, told when it is done and not before. */
export function useAct<Variables, Result>({ run, changes = [], onDone }: Act<Variables, Result>) {
  const queries = useQueryClient();
  const [intent] = useState(() => new Intent());
  return useMutation<Result, Problem, Variables>({
    // A secret may be in what comes back: nothing of it stays in a cache.
    gcTime: 0,
    mutationFn: (variables) => run(variables, intent.keyFor(variables)),
    onSuccess: async (result, variables) => {
      intent.fulfil();
      await Promise.all(changes.map((queryKey) => queries.invalidateQueries({ queryKey })));
      onDone?.(result, variables);
    },
  });
}
