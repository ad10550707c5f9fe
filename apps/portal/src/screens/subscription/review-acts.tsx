import { Button } from '@mantine/core';
import { dataOf } from '#libs/api-client';
import { ConsequenceDialog, Moment, ProblemNotice, useAnnounce } from '#libs/ui';
import { IconArrowBackUp, IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { useAccount } from '../../session/account-context';
import { useAct } from '../../session/use-act';
import { t } from '../../text/texts';
import { subscriptionKeys, type Subscription } from '../subscriptions/subscriptions.queries';
import classes from './review-acts.module.css';

const icon = { size: 18, stroke: 1.6, 'aria-hidden': true } as const;

/** What the partner can do about the review at this moment: submit, or while it is under review, withdraw it or remind of it. */
export function ReviewActs({ subscription }: { subscription: Subscription }) {
  if (subscription.cancellation) return null;
  if (subscription.underReview)
    return (
      <div className={classes.acts}>
        <Withdraw id={subscription.id} />
        <Nudge subscription={subscription} />
      </div>
    );
  return subscription.phase === 'sandbox' ? <Submit subscription={subscription} /> : null;
}

function useReviewAct(id: string, path: 'submissions' | 'withdrawal' | 'nudge', onDone: () => void) {
  const account = useAccount();
  return useAct({
    run: (_nothing: undefined, key) =>
      dataOf(
        account.api.POST(`/v1/subscriptions/{id}/${path}`, {
          body: {},
          params: { path: { id }, header: { 'Idempotency-Key': key } },
        }),
        'POST',
      ),
    changes: [subscriptionKeys.all(account)],
    onDone,
  });
}

/** B36, B37 */
function Submit({ subscription: { id, plan, canSubmit, submitBlockers } }: { subscription: Subscription }) {
  const announce = useAnnounce();
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  const act = useReviewAct(id, 'submissions', () => {
    announce(t('submit.done'));
    close();
  });
  if (plan.hasForm) return <p className={classes.why}>{t('submit.form')}</p>;
  return (
    <div>
      <Button
        leftSection={<IconSend {...icon} />}
        aria-disabled={!canSubmit}
        data-disabled={!canSubmit || undefined}
        aria-describedby={canSubmit ? undefined : 'submit-blocked'}
        onClick={() => setOpen(canSubmit)}
      >
        {t('submit.verb')}
      </Button>
      {!canSubmit && (
        <p id="submit-blocked" className={classes.why}>
          {submitBlockers.map((blocker) => t.optional(`submit.blocked.${blocker}`) ?? blocker).join(' ')}
        </p>
      )}
      <ConsequenceDialog
        title={t('submit.title')}
        verb={t('submit.verb')}
        severity="changes"
        isOpen={isOpen}
        onClose={close}
        act={{ ...act, mutate: () => act.mutate(undefined) }}
      >
        <p>{t('submit.text')}</p>
      </ConsequenceDialog>
    </div>
  );
}

/** B42 */
function Withdraw({ id }: { id: string }) {
  const announce = useAnnounce();
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  const act = useReviewAct(id, 'withdrawal', () => {
    announce(t('withdraw.done'));
    close();
  });
  return (
    <>
      <Button variant="default" leftSection={<IconArrowBackUp {...icon} />} onClick={() => setOpen(true)}>
        {t('withdraw.verb')}
      </Button>
      <ConsequenceDialog
        title={t('withdraw.title')}
        verb={t('withdraw.verb')}
        isOpen={isOpen}
        onClose={close}
        act={{ ...act, mutate: () => act.mutate(undefined) }}
      >
        <p>{t('withdraw.text')}</p>
      </ConsequenceDialog>
    </>
  );
}

/** B48: once for each submission, and not before it has waited for a while. */
function Nudge({ subscription: { id, underReview } }: { subscription: Subscription }) {
  const announce = useAnnounce();
  const [openedAt] = useState(() => Date.now());
  const act = useReviewAct(id, 'nudge', () => announce(t('nudge.done')));
  if (!underReview) return null;
  const { nudgeFrom, nudgedAt } = underReview;
  if (nudgedAt)
    return (
      <p className={classes.why}>
        {t('nudge.done')} · <Moment at={nudgedAt} />
      </p>
    );
  if (!nudgeFrom || Date.parse(nudgeFrom) > openedAt) return null;
  return (
    <>
      {act.error && <ProblemNotice problem={act.error} heading={t('nudge.failure')} />}
      <Button variant="default" loading={act.isPending} onClick={() => act.mutate(undefined)}>
        {t('nudge.verb')}
      </Button>
    </>
  );
}
