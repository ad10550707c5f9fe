import { VisuallyHidden } from '@mantine/core';
import { IconCheck, IconHourglass, IconLock, IconMessageReply, IconX } from '@tabler/icons-react';
import type { Tone } from '#libs/ui';
import { t } from '../../text/texts';
import type { Subscription } from '../subscriptions/subscriptions.queries';
import classes from './phase-stepper.module.css';

type Step = Subscription['steps'][number];

const tones: Record<Step['id'], Tone> = { sandbox: 'sand', in_review: 'blue', production: 'sea' };

/** How a step stands, with what was requested meanwhile: no step of its own (B33), but shown on the review's. */
const stateOf = (step: Step, { changesRequested }: Subscription) =>
  changesRequested && step.id === 'in_review' ? 'attention' : step.state;

/** Sandbox, in review, production: a list, and nothing to press. Without a sandbox there is none. */
export function PhaseStepper({ subscription }: { subscription: Subscription }) {
  if (!subscription.plan.sandbox) return <p>{t('stepper.none')}</p>;
  return (
    <ol className={classes.phases} aria-label={t('stepper.label')}>
      {subscription.steps.map((step, index) => {
        const state = stateOf(step, subscription);
        return (
          <li
            key={step.id}
            data-state={state}
            data-tone={toneOf(step, state)}
            aria-current={step.state === 'current' ? 'step' : undefined}
          >
            <span className={classes.dot} aria-hidden>
              <Mark state={state} step={step} number={index + 1} />
            </span>
            <span className={classes.title}>
              {step.title}
              <VisuallyHidden>, {t(`stepper.${state}`)}</VisuallyHidden>
            </span>
            <span className={classes.detail}>{t(`stepper.${step.id}.${state}`)}</span>
          </li>
        );
      })}
    </ol>
  );
}

type StepState = ReturnType<typeof stateOf>;

function toneOf(step: Step, state: StepState): Tone {
  if (state === 'attention') return 'plum';
  return state === 'rejected' ? 'red' : tones[step.id];
}

const icon = { size: 16, stroke: 1.6 };

function Mark({ state, step, number }: { state: StepState; step: Step; number: number }) {
  if (state === 'attention') return <IconMessageReply {...icon} />;
  if (state === 'rejected') return <IconX {...icon} />;
  if (state === 'done') return <IconCheck {...icon} />;
  if (state === 'current' && step.id === 'in_review') return <IconHourglass {...icon} />;
  return step.id === 'production' && state !== 'current' ? <IconLock {...icon} /> : number;
}
