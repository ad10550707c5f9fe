import { useForm } from '@mantine/form';
import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { dataOf, type components } from '#libs/api-client';
import { Card, Form, FormField, Moment, QueryState, useAnnounce } from '#libs/ui';
import { useParams } from 'react-router';
import { useAccount, type Account } from '../../session/account-context';
import { useAct } from '../../session/use-act';
import { required } from '../../text/rules';
import { t } from '../../text/texts';
import { Empty } from '../empty';
import { Missing } from '../missing';
import { MoreButton } from '../more-button';
import { listOf } from '../pages-of';
import { subscriptionQuery } from '../subscription/subscription.queries';
import { SubscriptionScreen } from '../subscription/subscription-part';
import { subscriptionKeys } from '../subscriptions/subscriptions.queries';
import classes from './talk.module.css';

type Message = components['schemas']['ReviewMessage'];

const talkKey = (account: Account, id: string) => [...subscriptionKeys.one(account, id), 'messages'];

const talkQuery = (account: Account, id: string) =>
  infiniteQueryOptions({
    queryKey: talkKey(account, id),
    queryFn: ({ pageParam }) =>
      dataOf(
        account.api.GET('/v1/subscriptions/{id}/messages', {
          params: { path: { id }, query: pageParam ? { cursor: pageParam } : {} },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

/** B48: what reviewers and the people of both accounts write to each other about a subscription. */
export default function TalkScreen() {
  const account = useAccount();
  const { subscriptionId = '' } = useParams();
  const talk = useInfiniteQuery(talkQuery(account, subscriptionId));
  const { data: subscription } = useQuery(subscriptionQuery(account, subscriptionId));
  const isSubmitted = subscription && (subscription.phase !== 'sandbox' || subscription.notices.length > 0);
  return (
    <SubscriptionScreen id={subscriptionId} title={t('talk.title')} subtitle={t('talk.subtitle')}>
      {isSubmitted && !subscription.cancellation && <Write id={subscriptionId} />}
      <QueryState query={listOf(talk)} subject={t('talk.title')} height={240} refused={() => <Missing />}>
        {(items) =>
          items.length === 0 ? (
            <Empty text={t(isSubmitted ? 'talk.empty' : 'talk.notSubmitted')} />
          ) : (
            <Messages items={items} />
          )
        }
      </QueryState>
      <MoreButton query={talk} />
    </SubscriptionScreen>
  );
}

function Messages({ items }: { items: Message[] }) {
  return (
    <ol className={classes.talk}>
      {items.map(({ id, text, at, by }) => (
        <li key={id} data-side={by.kind === 'staff' ? 'theirs' : 'ours'}>
          <p className={classes.by}>
            <strong>{by.displayName}</strong> · {t(by.kind === 'staff' ? 'talk.reviewer' : 'talk.yours')} ·{' '}
            <Moment at={at} />
          </p>
          <p className={classes.text}>{text}</p>
        </li>
      ))}
    </ol>
  );
}

function Write({ id }: { id: string }) {
  const account = useAccount();
  const announce = useAnnounce();
  const form = useForm<{ text: string }>({
    mode: 'uncontrolled',
    initialValues: { text: '' },
    validate: { text: required(t('talk.text')) },
  });
  const act = useAct({
    run: (body: { text: string }, key) =>
      dataOf(
        account.api.POST('/v1/subscriptions/{id}/messages', {
          body,
          params: { path: { id }, header: { 'Idempotency-Key': key } },
        }),
        'POST',
      ),
    changes: [talkKey(account, id)],
    onDone: () => {
      form.reset();
      announce(t('talk.sent'));
    },
  });
  return (
    <Card heading={t('talk.write')}>
      <Form form={form} act={act} verb={t('talk.send')} failure={t('talk.failure')}>
        <FormField form={form} name="text" kind="lines" label={t('talk.text')} description={t('talk.text.hint')} />
      </Form>
    </Card>
  );
}
