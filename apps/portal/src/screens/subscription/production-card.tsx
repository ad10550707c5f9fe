import { Card, Tag } from '#libs/ui';
import { IconClock, IconCreditCard, IconLock, IconPointFilled, IconToggleLeft } from '@tabler/icons-react';
import { t } from '../../text/texts';
import type { Subscription } from '../subscriptions/subscriptions.queries';
import classes from './production-card.module.css';

const icons: Record<string, typeof IconClock> = {
  review: IconClock,
  payment: IconCreditCard,
  api_access_off: IconToggleLeft,
};

function ReasonIcon({ reason }: { reason: string }) {
  const Icon = icons[reason] ?? IconPointFilled;
  return <Icon size={18} stroke={1.6} aria-hidden />;
}

/** Locked, with every reason (B34). What is missing are codes of the API, an unknown one shown as it is. */
export function ProductionCard({ subscription: { production } }: { subscription: Subscription }) {
  const { reasons } = production;
  return (
    <Card
      heading={t('production.title')}
      icon={<IconLock size={18} stroke={1.6} aria-hidden />}
      end={<Tag>{t('production.locked')}</Tag>}
    >
      <p className={classes.missing}>{t('production.missing', { count: reasons.length })}</p>
      <ul className={classes.reasons}>
        {reasons.map((reason) => (
          <li key={reason}>
            <ReasonIcon reason={reason} />
            <strong>{t.optional(`production.${reason}`) ?? reason}</strong>
            <p>{t.optional(`production.${reason}.text`)}</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
