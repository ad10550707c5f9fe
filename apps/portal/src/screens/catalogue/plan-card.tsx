import { Button } from '@mantine/core';
import { dataOf } from '#libs/api-client';
import { money, ProblemNotice } from '#libs/ui';
import { useNavigate } from 'react-router';
import { addressOf } from '../../pages';
import { useAccount } from '../../session/account-context';
import { useAct } from '../../session/use-act';
import { t } from '../../text/texts';
import { subscriptionKeys } from '../subscriptions/subscriptions.queries';
import classes from './catalogue.module.css';
import type { Plan } from './catalogue.queries';

interface PlanCardProps {
  plan: Plan;
  /** Of the subscription that is to be. */
  name: string;
  /** Beside others none of them is the one thing to do. */
  isOnly: boolean;
}

export function PlanCard({ plan, name, isOnly }: PlanCardProps) {
  const act = useSubscribe();
  return (
    <li className={classes.plan}>
      <h2>{plan.name}</h2>
      <p className={classes.price}>
        {plan.price ? t(`price.${plan.price.interval}`, { amount: money(plan.price) }) : t('price.free')}
      </p>
      <ul className={classes.terms}>
        <li>{t(wayToProduction(plan))}</li>
        {plan.submissionForm && <li>{t('plan.form', { steps: plan.submissionForm.steps.length })}</li>}
        {plan.keyLifetimeDays && <li>{t('plan.keyLifetime', { days: plan.keyLifetimeDays })}</li>}
      </ul>
      {act.error && <ProblemNotice problem={act.error} heading={t('product.failure')} />}
      <div className={classes.action}>
        <Button
          variant={isOnly ? 'filled' : 'default'}
          loading={act.isPending}
          onClick={() => act.mutate({ planId: plan.id, name })}
          aria-label={t('product.subscribe.to', { plan: plan.name })}
        >
          {t('product.subscribe')}
        </Button>
      </div>
    </li>
  );
}

/** The text for how a subscription to it reaches production (B32). */
const wayToProduction = ({ sandbox, approval }: Plan) => {
  if (sandbox) return 'plan.sandbox';
  return approval ? 'plan.approval' : 'plan.direct';
};

function useSubscribe() {
  const account = useAccount();
  const navigate = useNavigate();
  return useAct({
    run: (body: { planId: string; name: string }, key) =>
      dataOf(account.api.POST('/v1/subscriptions', { body, params: { header: { 'Idempotency-Key': key } } }), 'POST'),
    changes: [subscriptionKeys.all(account)],
    onDone: ({ id }) =>
      void navigate(addressOf('subscription', { environment: account.environment, subscriptionId: id })),
  });
}
