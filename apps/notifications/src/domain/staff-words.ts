import { eventType, subscriptions, type CloudEvent, type DataOf } from '#libs/contracts';
import { minuteOf, type RenderedMessage } from './templates';

type Due = DataOf<typeof subscriptions.reviewDue>;
type Nudged = DataOf<typeof subscriptions.reviewNudged>;

const named = ({ subscriptionName, productName }: Pick<Due, 'subscriptionName' | 'productName'>): string =>
  `“${subscriptionName}” (${productName})`;

const due = (data: Due): RenderedMessage => ({
  title: `To be decided today: ${named(data)}`,
  text: `Submission ${data.number} of ${named(data)} is to be decided by ${minuteOf(data.dueAt)}.`,
});

const overdue = (data: Due): RenderedMessage => ({
  title: `Overdue: ${named(data)}`,
  text: `Submission ${data.number} of ${named(data)} was to be decided by ${minuteOf(data.dueAt)}.`,
});

const nudged = (data: Nudged): RenderedMessage => ({
  title: `They ask about ${named(data)}`,
  text: `${data.by.displayName} asks what has become of submission ${data.number} of ${named(data)}.${
    data.dueAt ? ` It is due by ${minuteOf(data.dueAt)}.` : ''
  }`,
});

const words: Record<string, (data: never) => RenderedMessage> = {
  [eventType(subscriptions.reviewDue)]: due,
  [eventType(subscriptions.reviewOverdue)]: overdue,
  [eventType(subscriptions.reviewNudged)]: nudged,
};

/** What a mail to the staff says of an event. */
export function renderForStaff({ type, data }: Pick<CloudEvent, 'type' | 'data'>): RenderedMessage {
  const render = words[type];
  if (!render) throw new Error(`there are no words for the staff about ${type}`);
  return render(data as never);
}
