import { Checkbox, Radio } from '@mantine/core';
import { ConsequenceDialog, dateTime, useAnnounce } from '#libs/ui';
import { useState } from 'react';
import { t } from '../../text/texts';
import type { Key, KeyWithSecret } from './keys.queries';
import { useDeleteKey, useRegenerateKey, useRotateKey } from './use-key-acts';

interface DialogProps {
  of: Key;
  isOpen: boolean;
  onClose: () => void;
}

/** What of a key lives on, in numbers, and whether it is to end. */
function LiveTokens({ of, ends, onChange }: { of: Key; ends: boolean; onChange: (ends: boolean) => void }) {
  const { liveTokens: count, liveTokensUntil: until } = of;
  if (count === 0 || until === null) return <p>{t('key.tokens.none')}</p>;
  return (
    <>
      <p>{t('key.tokens.goOn', { count, until: dateTime(until, 'with zone') })}</p>
      <Checkbox
        label={t('key.tokens.end', { count })}
        checked={ends}
        onChange={(event) => onChange(event.target.checked)}
      />
    </>
  );
}

export function RegenerateDialog({ of, isOpen, onClose, onSecret }: DialogProps & { onSecret: OnSecret }) {
  const [revokeTokens, setRevokeTokens] = useState(false);
  const act = useRegenerateKey(of, shownAfter(onClose, onSecret));
  return (
    <ConsequenceDialog
      title={t('key.regenerate.title', { name: of.name })}
      verb={t('key.regenerate')}
      isOpen={isOpen}
      onClose={onClose}
      act={{ ...act, mutate: () => act.mutate({ revokeTokens }) }}
    >
      <p>{t('key.regenerate.text')}</p>
      <LiveTokens of={of} ends={revokeTokens} onChange={setRevokeTokens} />
    </ConsequenceDialog>
  );
}

const hourSeconds = 3_600;
const overlaps = { now: 0, hour: hourSeconds, day: 24 * hourSeconds } as const;
type Overlap = keyof typeof overlaps;
const overlapNames = Object.keys(overlaps) as Overlap[];

/** When the secret that is there now stops: at the time that is chosen, or before, when the key itself expires. */
function endOf({ expiresAt }: Key, overlapSeconds: number): { at: Date; byKey: boolean } {
  const chosen = new Date(Date.now() + overlapSeconds * 1_000);
  const expiry = expiresAt === null ? undefined : new Date(expiresAt);
  return expiry && expiry < chosen ? { at: expiry, byKey: true } : { at: chosen, byKey: false };
}

function endInWords(of: Key, overlap: Overlap): string {
  if (overlap === 'now') return t('key.rotate.atOnce');
  const { at, byKey } = endOf(of, overlaps[overlap]);
  return t(byKey ? 'key.rotate.untilExpiry' : 'key.rotate.until', { until: dateTime(at, 'with zone') });
}

export function RotateDialog({ of, isOpen, onClose, onSecret }: DialogProps & { onSecret: OnSecret }) {
  const [overlap, setOverlap] = useState<Overlap>('now');
  const act = useRotateKey(of, shownAfter(onClose, onSecret));
  const rotate = () => act.mutate({ overlapSeconds: overlaps[overlap], revokeTokens: false });
  return (
    <ConsequenceDialog
      title={t('key.rotate.title', { name: of.name })}
      verb={t('key.rotate')}
      severity="changes"
      isOpen={isOpen}
      onClose={onClose}
      act={{ ...act, mutate: rotate }}
    >
      <Radio.Group label={t('key.rotate.when')} value={overlap} onChange={(value) => setOverlap(value as Overlap)}>
        {overlapNames.map((name) => (
          <Radio key={name} value={name} label={t(`key.rotate.when.${name}`)} mt={8} />
        ))}
      </Radio.Group>
      <p role="status">{endInWords(of, overlap)}</p>
      {of.previousSecretUntil !== null && <p>{t('key.rotate.oldest')}</p>}
    </ConsequenceDialog>
  );
}

export function DeleteDialog({ of, isOpen, onClose, slots }: DialogProps & { slots: { used: number; limit: number } }) {
  const announce = useAnnounce();
  const [revokeTokens, setRevokeTokens] = useState(false);
  const act = useDeleteKey(of, () => {
    announce(t('key.deleted', { name: of.name }));
    onClose();
    // What it was opened from goes with the key.
    document.querySelector('h1')?.focus();
  });
  return (
    <ConsequenceDialog
      title={t('key.delete.title', { name: of.name })}
      verb={t('key.delete')}
      isOpen={isOpen}
      onClose={onClose}
      act={{ ...act, mutate: () => act.mutate({ revokeTokens }) }}
    >
      <p>{t('key.delete.text', slots)}</p>
      <LiveTokens of={of} ends={revokeTokens} onChange={setRevokeTokens} />
    </ConsequenceDialog>
  );
}

export type OnSecret = (pair: KeyWithSecret) => void;

/** One dialog goes before the other comes. */
const shownAfter =
  (onClose: () => void, onSecret: OnSecret): OnSecret =>
  (pair) => {
    onClose();
    onSecret(pair);
  };
