import { Button } from '@mantine/core';
import { dataOf } from '#libs/api-client';
import { Card, ConsequenceDialog, ProblemNotice, Tag, useAnnounce } from '#libs/ui';
import { useState } from 'react';
import { useAccount } from '../../session/account-context';
import { sessionKeys, type AccountDetails } from '../../session/queries';
import { useAct } from '../../session/use-act';
import { t } from '../../text/texts';
import classes from './settings.module.css';

/** On for one account alone; before that nobody can make a key of it (B12). */
export function ApiAccess({ account }: { account: AccountDetails }) {
  const { role } = useAccount();
  const { apiAccess } = account;
  return (
    <Card
      heading={t('apiAccess.title')}
      end={<Tag tone={apiAccess ? 'green' : 'slate'}>{t(apiAccess ? 'apiAccess.on' : 'apiAccess.off')}</Tag>}
    >
      <div className={classes.switch}>
        <p>{t(apiAccess ? 'apiAccess.on.text' : 'apiAccess.off.text')}</p>
        {role === 'global_admin' ? <Switch account={account} /> : <p>{t('apiAccess.notYours')}</p>}
      </div>
    </Card>
  );
}

function Switch({ account: { apiAccess, eligibility } }: { account: AccountDetails }) {
  const [isEnding, setEnding] = useState(false);
  const act = useApiAccess(() => setEnding(false));
  if (!apiAccess && !eligibility.eligible) return <p>{t('apiAccess.notEligible')}</p>;
  if (!apiAccess)
    return (
      <>
        {act.error && <ProblemNotice problem={act.error} heading={t('apiAccess.failure')} />}
        <Button loading={act.isPending} onClick={() => act.mutate(true)}>
          {t('apiAccess.turnOn')}
        </Button>
      </>
    );
  return (
    <>
      <Button variant="default" onClick={() => setEnding(true)}>
        {t('apiAccess.turnOff')}
      </Button>
      <ConsequenceDialog
        title={t('apiAccess.turnOff.title')}
        verb={t('apiAccess.turnOff')}
        isOpen={isEnding}
        onClose={() => setEnding(false)}
        act={{ ...act, mutate: () => act.mutate(false) }}
      >
        <p>{t('apiAccess.turnOff.text')}</p>
      </ConsequenceDialog>
    </>
  );
}

function useApiAccess(onDone: () => void) {
  const account = useAccount();
  const announce = useAnnounce();
  return useAct({
    run: (enabled: boolean, key) =>
      dataOf(
        account.api.PUT('/v1/account/api-access', {
          body: { enabled },
          params: { header: { 'Idempotency-Key': key } },
        }),
        'PUT',
      ),
    changes: [sessionKeys.account(account)],
    onDone: (_result, enabled) => {
      announce(t(enabled ? 'apiAccess.on.done' : 'apiAccess.off.done'));
      onDone();
    },
  });
}
