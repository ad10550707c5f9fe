import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Moment, QueryState } from '#libs/ui';
import { Link } from 'react-router';
import { Screen } from '../../frame/screen';
import { addressOf } from '../../pages';
import { useAccount } from '../../session/account-context';
import { t } from '../../text/texts';
import { Empty } from '../empty';
import { MoreButton } from '../more-button';
import { listOf } from '../pages-of';
import { NextStep } from './next-step';
import { PhaseTag } from './phase-tag';
import classes from './subscriptions.module.css';
import { subscriptionsQuery, type Subscription } from './subscriptions.queries';
import { byTurn, turnOf } from './turn';

export default function SubscriptionsScreen() {
  const account = useAccount();
  const subscriptions = useInfiniteQuery(subscriptionsQuery(account));
  return (
    <Screen title={t('subscriptions.title')} subtitle={t('subscriptions.subtitle')}>
      <NextStep />
      <QueryState query={listOf(subscriptions)} subject={t('subscriptions.title')} height={220}>
        {(items) => (items.length === 0 ? <Nothing /> : <List items={items} />)}
      </QueryState>
      <MoreButton query={subscriptions} />
    </Screen>
  );
}

function Nothing() {
  const { environment } = useAccount();
  return (
    <Empty text={t('subscriptions.empty')}>
      <Button component={Link} to={addressOf('catalogue', { environment })}>
        {t('subscriptions.browse')}
      </Button>
    </Empty>
  );
}

function List({ items }: { items: Subscription[] }) {
  const { environment } = useAccount();
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <caption className={classes.caption}>{t('subscriptions.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('subscriptions.name')}</th>
            <th scope="col">{t('subscriptions.plan')}</th>
            <th scope="col">{t('subscriptions.phase')}</th>
            <th scope="col">{t('subscriptions.turn')}</th>
            <th scope="col">{t('subscriptions.since')}</th>
          </tr>
        </thead>
        <tbody>
          {[...items].sort(byTurn).map((subscription) => (
            <tr key={subscription.id}>
              <th scope="row">
                <Link to={addressOf('subscription', { environment, subscriptionId: subscription.id })}>
                  {subscription.name}
                </Link>
              </th>
              <td>
                {subscription.product.name}, {subscription.plan.name}
              </td>
              <td>
                <PhaseTag subscription={subscription} />
              </td>
              <td>{t(`turn.${turnOf(subscription)}`)}</td>
              <td>
                <Moment at={subscription.createdAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
