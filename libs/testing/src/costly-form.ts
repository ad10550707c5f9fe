/**
 * A form that may be put in force, and a text that takes many seconds to check against it: linear, too, adds up. The
 * first pattern alone held the service up for as long as it was let, when JavaScript's engine matched it.
 */
export const costlyStep = {
  id: 'costly',
  title: 'Costly',
  schema: {
    type: 'object',
    properties: {
      text: {
        type: 'string',
        allOf: [
          { pattern: '^a*a*a*a*a*a*[bc]$' },
          ...Array.from({ length: 200 }, (_, index) => ({ pattern: `[ab]*a[ab]{950}[cd][ab]{${index}}[cd]` })),
        ],
      },
    },
  },
};

/** No two parts of it are alike, so that no state of an automaton comes twice. */
const shuffled = (length: number): string => {
  let seed = 1;
  return Array.from({ length }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % 2 === 0 ? 'a' : 'b';
  }).join('');
};

export const costlyText = `${'a'.repeat(20_000)}${shuffled(40_000)}`;
