import { Card, CopyField, QueryState, Tag } from '#libs/ui';
import { IconCheck, IconX } from '@tabler/icons-react';
import { Screen } from '../../frame/screen';
import { useAccountDetails, type AccountDetails } from '../../session/queries';
import { t } from '../../text/texts';
import { ApiAccess } from './api-access';
import classes from './settings.module.css';

export default function SettingsScreen() {
  const account = useAccountDetails();
  return (
    <Screen title={t('settings.title')}>
      <QueryState query={account} subject={t('settings.title')} height={420}>
        {(data) => (
          <>
            <AccountDetailsCard account={data} />
            <Eligibility account={data} />
            <ApiAccess account={data} />
          </>
        )}
      </QueryState>
    </Screen>
  );
}

const AccountDetailsCard = ({ account }: { account: AccountDetails }) => (
  <Card heading={t('settings.account')}>
    <dl className={classes.facts}>
      <dt>{t('settings.organisation')}</dt>
      <dd>{account.organisation}</dd>
      <dt>{t('settings.domain')}</dt>
      <dd>
        <CopyField value={account.domain} what={t('settings.domain')} />
      </dd>
      <dt>{t('settings.accountId')}</dt>
      <dd>
        <CopyField value={account.id} what={t('settings.accountId')} />
      </dd>
    </dl>
  </Card>
);

/** Whether, and if not why and what to do (B9, B10). */
function Eligibility({ account: { eligibility } }: { account: AccountDetails }) {
  const Icon = eligibility.eligible ? IconCheck : IconX;
  const word = t(eligibility.eligible ? 'eligibility.yes' : 'eligibility.no');
  return (
    <Card
      heading={t('eligibility.title')}
      icon={<Icon size={18} stroke={1.6} aria-hidden />}
      end={<Tag tone={eligibility.eligible ? 'green' : 'slate'}>{word}</Tag>}
    >
      {eligibility.eligible ? (
        <p>{t('eligibility.yes.text')}</p>
      ) : (
        <ul className={classes.reasons}>
          {eligibility.reasons.map((reason) => (
            <li key={reason}>
              <strong>{t(`eligibility.${reason}`)}</strong>
              <p>{t(`eligibility.${reason}.text`)}</p>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
