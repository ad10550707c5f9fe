import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { clientFor, dataOf, type components } from '#libs/api-client';
import { Notice, ProblemNotice } from '#libs/ui';
import { IconCheck } from '@tabler/icons-react';
import { Screen } from '../../frame/screen';
import { t } from '../../text/texts';
import { NoToken } from './new-password';
import { useFragmentToken } from './use-fragment-token';

/** A person presses the button: programs that look into links before people do must prove nothing by it. */
export default function EmailVerificationScreen() {
  const token = useFragmentToken();
  const act = useMutation<components['schemas']['VerifyEmailReply']>({
    mutationFn: () => dataOf(clientFor().POST('/v1/email-verifications', { body: { token } }), 'POST'),
  });
  return (
    <Screen title={t('verify.title')}>
      {token === '' && <NoToken />}
      {act.error && <ProblemNotice problem={act.error} heading={t('verify.failure')} />}
      {token !== '' && !act.data && (
        <div>
          <Button loading={act.isPending} onClick={() => act.mutate()}>
            {t('verify.verb')}
          </Button>
        </div>
      )}
      {act.data && (
        <Notice tone="green" icon={<IconCheck size={20} stroke={1.6} />} heading={t('verify.done')}>
          <p>{t('verify.done.text', { email: act.data.email })}</p>
        </Notice>
      )}
    </Screen>
  );
}
