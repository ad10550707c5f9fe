import type { subscriptions } from '#libs/contracts';
import type { InternalNote, ReviewMessage } from '../storage/entities';

/** As both sides see it. */
export const describeReviewMessage = ({ id, text, at, author }: ReviewMessage): subscriptions.ReviewMessage => ({
  id,
  text,
  at: at.toISOString(),
  by: author,
});

/** As staff sees what both sides have written, and what it has noted itself: newest first. */
export const describeTalk = (messages: ReviewMessage[], notes: InternalNote[]): subscriptions.ReviewTalkEntry[] =>
  [
    ...messages.map((message) => ({ ...describeReviewMessage(message), internal: false })),
    ...notes.map((note) => ({ ...describeReviewMessage(note), internal: true })),
  ].sort((a, b) => (a.id < b.id ? 1 : -1));
