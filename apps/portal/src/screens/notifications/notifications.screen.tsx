import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { dataOf } from '#libs/api-client';
import { Moment, ProblemNotice, QueryState, Tag, useAnnounce } from '#libs/ui';
import { Link } from 'react-router';
import { Screen } from '../../frame/screen';
import { addressOf } from '../../pages';
import { useAccount } from '../../session/account-context';
import { useAct } from '../../session/use-act';
import { t } from '../../text/texts';
import { Empty } from '../empty';
import { MoreButton } from '../more-button';
import { listOf } from '../pages-of';
import classes from './notifications.module.css';
import { notificationKeys, notificationsQuery, type Message } from './notifications.queries';

/** B50: what has happened, of this account, and what the caller has read of it. */
export default function NotificationsScreen() {
  const account = useAccount();
  const messages = useInfiniteQuery(notificationsQuery(account));
  const [first] = messages.data?.pages ?? [];
  const newest = first?.items[0];
  return (
    <Screen
      title={t('inbox.title')}
      subtitle={t('inbox.subtitle')}
      actions={newest && first.unread > 0 && <MarkAllRead upTo={newest.id} />}
    >
      <QueryState query={listOf(messages)} subject={t('inbox.title')} height={320}>
        {(items) => (items.length === 0 ? <Empty text={t('inbox.empty')} /> : <Messages items={items} />)}
      </QueryState>
      <MoreButton query={messages} />
    </Screen>
  );
}

function MarkAllRead({ upTo }: { upTo: string }) {
  const account = useAccount();
  const announce = useAnnounce();
  const act = useAct({
    run: () => dataOf(account.api.PATCH('/v1/notifications', { body: { read: true, upTo } }), 'PATCH'),
    changes: [notificationKeys.all(account)],
    onDone: () => announce(t('inbox.read')),
  });
  return (
    <>
      {act.error && <ProblemNotice problem={act.error} heading={t('inbox.failure')} />}
      <Button variant="default" loading={act.isPending} onClick={() => act.mutate(undefined)}>
        {t('inbox.markAll')}
      </Button>
    </>
  );
}

function Messages({ items }: { items: Message[] }) {
  const { environment } = useAccount();
  return (
    <ol className={classes.list}>
      {items.map(({ id, title, text, subscriptionId, occurredAt, readAt }) => (
        <li key={id} data-unread={readAt === null || undefined}>
          <p className={classes.head}>
            <strong>{title}</strong> {readAt === null && <Tag tone="blue">{t('inbox.new')}</Tag>}{' '}
            <Moment at={occurredAt} />
          </p>
          <p className={classes.text}>{text}</p>
          {subscriptionId !== null && (
            <Link to={addressOf('subscription', { environment, subscriptionId })}>{t('inbox.open')}</Link>
          )}
        </li>
      ))}
    </ol>
  );
}
