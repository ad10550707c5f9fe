import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Screen } from '../../frame/screen';
import { addressOf } from '../../pages';
import { useAccount } from '../../session/account-context';
import { t } from '../../text/texts';
import { subscriptionQuery } from './subscription.queries';

interface SubscriptionScreenProps {
  id: string;
  title: string;
  subtitle: string;
  children: ReactNode;
}

/** A page below that of a subscription. */
export function SubscriptionScreen({ id, title, subtitle, children }: SubscriptionScreenProps) {
  const account = useAccount();
  const { environment } = account;
  const { data } = useQuery(subscriptionQuery(account, id));
  return (
    <Screen
      title={title}
      subtitle={subtitle}
      crumbs={
        <>
          <Link to={addressOf('subscriptions', { environment })}>{t('subscriptions.title')}</Link> /{' '}
          <Link to={addressOf('subscription', { environment, subscriptionId: id })}>
            {data?.name ?? t('subscription.title')}
          </Link>
        </>
      }
    >
      {children}
    </Screen>
  );
}
