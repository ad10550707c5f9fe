/** `2026-11-21 14:03 UTC` */
const minuteOf = (time: Date): string => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const ends =
  'What waited for it is not sent any more. Switch it on again when it works; what it has missed can be replayed.';

/** What the owner of a webhook is told of it, in the inbox. */
export const webhookNews = {
  failing: (url: string, since: Date) => ({
    title: 'A webhook fails',
    text: `${url} has accepted nothing since ${minuteOf(since)}. If that goes on for five days, it is switched off. Its deliveries say what it answers.`,
  }),
  disabled: (url: string, reason: 'gone' | 'failing') => ({
    title: 'A webhook is switched off',
    text:
      reason === 'gone'
        ? `${url} has answered 410 (gone). ${ends}`
        : `${url} has accepted nothing for five days. ${ends}`,
  }),
};
