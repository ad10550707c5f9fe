import { Tag, type Tone } from '#libs/ui';
import { t } from '../../text/texts';
import type { Subscription } from './subscriptions.queries';

/** Status, not environment: neither sand nor sea. */
const tones: Record<Subscription['phase'], Tone> = {
  sandbox: 'slate',
  in_review: 'blue',
  production: 'green',
  rejected: 'red',
};

export function PhaseTag({
  subscription,
}: {
  subscription: Pick<Subscription, 'phase' | 'changesRequested' | 'cancellation'>;
}) {
  if (subscription.cancellation) return <Tag tone="red">{t('phase.cancelled')}</Tag>;
  if (subscription.changesRequested) return <Tag tone="plum">{t('phase.changes_requested')}</Tag>;
  return <Tag tone={tones[subscription.phase]}>{t(`phase.${subscription.phase}`)}</Tag>;
}
