import { Button } from '@mantine/core';
import { CopyField, Moment, Tag, type Tone } from '#libs/ui';
import { useState } from 'react';
import { t } from '../../text/texts';
import { DeleteDialog, RegenerateDialog, RotateDialog, type OnSecret } from './key-dialogs';
import type { Key, Keys } from './keys.queries';
import classes from './keys.module.css';

interface KeyRowProps {
  of: Key;
  slots: Keys['slots'];
  onSecret: OnSecret;
}

const tones: Record<Key['state'], Tone> = { active: 'green', stopped: 'slate', expired: 'slate' };

/** B23: a key as it is at this moment, and what can be done with it. */
export function KeyRow({ of, slots, onSecret }: KeyRowProps) {
  const [open, setOpen] = useState<'rotate' | 'regenerate' | 'delete'>();
  const close = () => setOpen(undefined);
  return (
    <section className={classes.key} aria-label={t('key.label', { name: of.name })}>
      <div className={classes.head}>
        <h3>{of.name}</h3>
        <Tag tone={tones[of.state]}>{t(`key.state.${of.state}`)}</Tag>
        <div className={classes.acts}>
          {of.state !== 'expired' && (
            <Button variant="default" size="compact-sm" onClick={() => setOpen('rotate')}>
              {t('key.rotate')}
            </Button>
          )}
          <Button variant="subtle" color="ink" size="compact-sm" onClick={() => setOpen('regenerate')}>
            {t('key.regenerate')}
          </Button>
          <Button variant="subtle" color="ink" size="compact-sm" onClick={() => setOpen('delete')}>
            {t('key.delete')}
          </Button>
        </div>
      </div>
      <Details of={of} />
      <RotateDialog of={of} isOpen={open === 'rotate'} onClose={close} onSecret={onSecret} />
      <RegenerateDialog of={of} isOpen={open === 'regenerate'} onClose={close} onSecret={onSecret} />
      <DeleteDialog of={of} isOpen={open === 'delete'} onClose={close} slots={slots} />
    </section>
  );
}

function Details({ of }: { of: Key }) {
  return (
    <dl className={classes.facts}>
      <dt>{t('key.applicationId')}</dt>
      <dd>
        <CopyField value={of.applicationId} what={t('key.applicationId')} />
      </dd>
      <dt>{t('key.secret')}</dt>
      <dd>
        <code>{of.maskedSecret}</code>
      </dd>
      <dt>{t('key.used')}</dt>
      <dd>
        {of.lastUsedAt ? <Moment at={of.lastUsedAt} /> : t('key.used.never')} ·{' '}
        {t('key.tokens.live', { count: of.liveTokens })}
      </dd>
      {of.previousSecretUntil !== null && (
        <>
          <dt>{t('key.previous')}</dt>
          <dd>
            {t('key.previous.until')} <Moment at={of.previousSecretUntil} zone="with zone" />
          </dd>
        </>
      )}
      {of.expiresAt !== null && (
        <>
          <dt>{t('key.expires')}</dt>
          <dd>
            <Moment at={of.expiresAt} zone="with zone" />
          </dd>
        </>
      )}
      {of.stopReason !== null && (
        <>
          <dt>{t('key.stopped')}</dt>
          <dd>{t(`key.stopped.${of.stopReason}`)}</dd>
        </>
      )}
    </dl>
  );
}
