import { Notice } from '#libs/ui';
import { IconAlertTriangle } from '@tabler/icons-react';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { t } from '../../text/texts';
import type { KeyWithSecret } from './keys.queries';

/** With samples in several languages: not before there is a secret to show. */
const SecretOnce = lazy(() => import('./secret-once'));

/** Where a pair that was just made is shown, and how it is handed there. It is kept for as long as it is shown. */
export function useSecret(): { secret: ReactNode; show: (pair: KeyWithSecret) => void } {
  const [pair, show] = useState<KeyWithSecret>();
  if (!pair) return { secret: null, show };
  const { applicationSecret } = pair;
  const secret =
    applicationSecret === null ? (
      <Notice tone="plum" icon={<IconAlertTriangle size={20} stroke={1.6} />} heading={t('secret.shown')}>
        <p>{t('secret.shown.text')}</p>
      </Notice>
    ) : (
      <Suspense fallback={null}>
        <SecretOnce key={pair.maskedSecret} pair={{ ...pair, applicationSecret }} onLeave={() => show(undefined)} />
      </Suspense>
    );
  return { secret, show };
}
