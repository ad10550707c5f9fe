import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Card, CopyField, Moment, Notice, QueryState, ReviewNotice, Tag } from '#libs/ui';
import { IconHourglass } from '@tabler/icons-react';
import { Link, useParams } from 'react-router';
import { Screen } from '../../frame/screen';
import { addressOf } from '../../pages';
import { useAccount } from '../../session/account-context';
import { useProvider } from '../../session/queries';
import { t } from '../../text/texts';
import { Missing } from '../missing';
import type { Subscription } from '../subscriptions/subscriptions.queries';
import { Credentials } from './credential-card';
import { PhaseStepper } from './phase-stepper';
import { ReviewActs } from './review-acts';
import { subscriptionQuery, timelineQuery } from './subscription.queries';
import { Timeline } from './timeline';

export default function SubscriptionScreen() {
  const account = useAccount();
  const { environment } = account;
  const { subscriptionId = '' } = useParams();
  const subscription = useQuery(subscriptionQuery(account, subscriptionId));
  const { data } = subscription;
  return (
    <Screen
      title={data?.name ?? t('subscription.title')}
      badge={data && <Tag>{data.plan.name}</Tag>}
      subtitle={data && <Started subscription={data} />}
      actions={<Parts id={subscriptionId} />}
      crumbs={<Link to={addressOf('subscriptions', { environment })}>{t('subscriptions.title')}</Link>}
    >
      <QueryState query={subscription} subject={t('subscription.title')} height={480} refused={() => <Missing />}>
        {(found) => <Sections subscription={found} />}
      </QueryState>
    </Screen>
  );
}

/** What else there is of it, on pages of their own. */
function Parts({ id: subscriptionId }: { id: string }) {
  const { environment } = useAccount();
  return (
    <>
      <Button component={Link} variant="default" to={addressOf('talk', { environment, subscriptionId })}>
        {t('talk.title')}
      </Button>
      <Button component={Link} variant="default" to={addressOf('testData', { environment, subscriptionId })}>
        {t('testData.title')}
      </Button>
    </>
  );
}

const Started = ({ subscription: { product, createdAt, id } }: { subscription: Subscription }) => (
  <>
    {product.name} · {t('subscription.started')} <Moment at={createdAt} /> ·{' '}
    <CopyField value={id} what={t('subscription.id')} />
  </>
);

function Sections({ subscription }: { subscription: Subscription }) {
  const account = useAccount();
  const timeline = useQuery(timelineQuery(account, subscription.id));
  return (
    <>
      <PhaseStepper subscription={subscription} />
      <CurrentNotice subscription={subscription} />
      <ReviewActs subscription={subscription} />
      <Credentials subscription={subscription} />
      <Card heading={t('timeline.title')}>
        <QueryState query={timeline} subject={t('timeline.title')} height={160}>
          {(items) => <Timeline items={items} />}
        </QueryState>
      </Card>
    </>
  );
}

/** One at a time: what was submitted last waits, or what was decided last stands. */
function CurrentNotice({ subscription: { underReview, notices, phase } }: { subscription: Subscription }) {
  const { data: provider } = useProvider();
  const name = provider?.name ?? t('brand');
  if (underReview)
    return (
      <Notice tone="blue" icon={<IconHourglass size={20} stroke={1.6} />} heading={t('phase.in_review')}>
        <p>
          {t('subscription.submitted')} <Moment at={underReview.submittedAt} />
        </p>
        <p>{reviewTime(name, provider?.reviewDays)}</p>
      </Notice>
    );
  const decision = [...notices].sort((one, other) => other.at.localeCompare(one.at))[0];
  if (!decision) return null;
  return (
    <ReviewNotice decision={decision}>
      {phase === 'rejected' && <p>{t('subscription.rejected', { provider: name })}</p>}
    </ReviewNotice>
  );
}

const reviewTime = (provider: string, days?: { from: number; to: number } | null): string =>
  days ? t('subscription.reviewDays', { provider, ...days }) : t('subscription.review', { provider });
