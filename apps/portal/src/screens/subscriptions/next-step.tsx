import { Notice } from '#libs/ui';
import { IconFlask, IconHourglass } from '@tabler/icons-react';
import { Link } from 'react-router';
import { addressOf } from '../../pages';
import { useAccount } from '../../session/account-context';
import { useAccountDetails, useSandbox } from '../../session/queries';
import { t } from '../../text/texts';

const icon = { size: 20, stroke: 1.6 };

/** What somebody can do first: a claim that nobody has checked waits for the provider, a sandbox for its global admin. */
export function NextStep() {
  const { data: account } = useAccountDetails();
  if (account?.eligibility.reasons.includes('unverified'))
    return (
      <Notice tone="blue" icon={<IconHourglass {...icon} />} heading={t('eligibility.unverified')}>
        <p>{t('eligibility.unverified.text')}</p>
      </Notice>
    );
  return account?.environment === 'production' ? <NoSandboxYet /> : null;
}

function NoSandboxYet() {
  const { role } = useAccount();
  const { data: sandbox } = useSandbox();
  if (sandbox?.state !== 'none' || role !== 'global_admin') return null;
  return (
    <Notice tone="slate" icon={<IconFlask {...icon} />} heading={t('sandbox.none')}>
      <p>{t('sandbox.create.text')}</p>
      <p>
        <Link to={addressOf('sandbox')}>{t('sandbox.create.verb')}</Link>
      </p>
    </Notice>
  );
}
