import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Card, Moment, QueryState } from '#libs/ui';
import { IconCheck, IconCircleDashed, IconPlayerPlay } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Screen } from '../../frame/screen';
import { addressOf } from '../../pages';
import { useAccount } from '../../session/account-context';
import { t } from '../../text/texts';
import { keysQuery } from '../keys/keys.queries';
import { listOf } from '../pages-of';
import { NextStep } from '../subscriptions/next-step';
import { subscriptionsQuery } from '../subscriptions/subscriptions.queries';
import classes from './start.module.css';
import { milestonesQuery } from './start.queries';
import { stepsOf, type Step, type StepState } from './steps';
import { TryIt } from './try-it';

/** What to do first, of the whole organisation, ticked by what has happened (B62). */
export default function StartScreen() {
  const account = useAccount();
  const milestones = useQuery(milestonesQuery(account));
  return (
    <Screen title={t('start.title')} subtitle={t('start.subtitle')}>
      <NextStep />
      <QueryState query={milestones} subject={t('start.title')} height={420}>
        {(items) => <Rail states={stepsOf(items)} />}
      </QueryState>
    </Screen>
  );
}

function Rail({ states }: { states: StepState[] }) {
  const done = states.filter(({ reachedAt }) => reachedAt !== null).length;
  return (
    <Card heading={t('start.rail')} end={<span>{t('start.done', { done, all: states.length })}</span>}>
      <ol className={classes.rail}>
        {states.map((state) => (
          <li key={state.step} data-state={stateOf(state)} aria-current={state.isNext ? 'step' : undefined}>
            <StateIcon state={state} />
            <div>
              <strong>{t(`start.${state.step}`)}</strong>
              <Detail state={state} />
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}

const stateOf = ({ reachedAt, isNext }: StepState) => (reachedAt !== null ? 'done' : isNext ? 'next' : 'later');

const icons = { done: IconCheck, next: IconPlayerPlay, later: IconCircleDashed };

function StateIcon({ state }: { state: StepState }) {
  const Icon = icons[stateOf(state)];
  return <Icon size={18} stroke={1.6} aria-hidden />;
}

function Detail({ state: { step, reachedAt, requestId, isNext } }: { state: StepState }) {
  if (reachedAt !== null)
    return (
      <p>
        <Moment at={reachedAt} />
        {requestId !== null && (
          <>
            {' '}
            · {t('start.request')} <code>{requestId}</code>
          </>
        )}
      </p>
    );
  return (
    <>
      <p>{t(`start.${step}.text`)}</p>
      {isNext && <Way step={step} />}
    </>
  );
}

/** Where it is done, or what does it right here. */
function Way({ step }: { step: Step }): ReactNode {
  switch (step) {
    case 'sandbox_ready':
      return <ToSandbox />;
    case 'sandbox_token':
    case 'sandbox_call':
      return <TryWithKey />;
    case 'webhook':
      return null;
    default:
      return <ToSubscription />;
  }
}

function ToSandbox() {
  const { environment } = useAccount();
  return environment === 'production' ? <Link to={addressOf('sandbox')}>{t('sandbox.title')}</Link> : null;
}

function ToSubscription() {
  const account = useAccount();
  const { environment } = account;
  const { data } = listOf(useInfiniteQuery(subscriptionsQuery(account)));
  const [first] = data ?? [];
  return first ? (
    <Link to={addressOf('subscription', { environment, subscriptionId: first.id })}>{first.name}</Link>
  ) : (
    <Link to={addressOf('catalogue', { environment })}>{t('subscriptions.browse')}</Link>
  );
}

function TryWithKey() {
  const account = useAccount();
  const { data } = listOf(useInfiniteQuery(keysQuery(account)));
  if (account.environment !== 'sandbox') return <p>{t('start.try.elsewhere')}</p>;
  const key = data?.find(({ state }) => state === 'active');
  return key ? <TryIt of={key} /> : null;
}
