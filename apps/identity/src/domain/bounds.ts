/** People in one account: more than any has, and fewer than would keep others waiting. */
export const peopleMax = 500;
