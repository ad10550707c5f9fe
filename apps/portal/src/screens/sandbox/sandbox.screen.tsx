import { Card, CopyField, Notice, QueryState } from '#libs/ui';
import { IconAlertTriangle, IconCheck, IconFlask, IconHourglass } from '@tabler/icons-react';
import type { components } from '#libs/api-client';
import { Link } from 'react-router';
import { Screen } from '../../frame/screen';
import { addressOf } from '../../pages';
import { useSandbox } from '../../session/queries';
import { t } from '../../text/texts';
import { CreateSandbox } from './create-sandbox';

type Sandbox = components['schemas']['GetSandboxReply'];

export default function SandboxScreen() {
  const sandbox = useSandbox();
  return (
    <Screen title={t('sandbox.title')} subtitle={t('sandbox.subtitle')}>
      <QueryState query={sandbox} subject={t('sandbox.title')} height={320}>
        {(data) => <State sandbox={data} />}
      </QueryState>
    </Screen>
  );
}

const icon = { size: 20, stroke: 1.6 };

function State({ sandbox }: { sandbox: Sandbox }) {
  const { state, account, canCreate, failure } = sandbox;
  const domain = account?.domain ?? '';
  switch (state) {
    case 'none':
      return canCreate ? <CreateSandbox /> : <p>{t('sandbox.notYours')}</p>;
    case 'failed':
      return (
        <>
          <Notice tone="red" icon={<IconAlertTriangle {...icon} />} heading={t('sandbox.failed')}>
            <p>{failure ?? t('sandbox.failed.unknown')}</p>
          </Notice>
          {canCreate && <CreateSandbox again />}
        </>
      );
    case 'provisioning':
      return (
        <Notice tone="blue" icon={<IconHourglass {...icon} />} heading={t('sandbox.provisioning', { domain })}>
          <p>{t('sandbox.provisioning.text')}</p>
        </Notice>
      );
    case 'awaiting_setup':
      return (
        <Notice tone="plum" icon={<IconFlask {...icon} />} heading={t('sandbox.ready')}>
          <p>{t('sandbox.ready.text', { domain })}</p>
          <SignInThere />
        </Notice>
      );
    case 'active':
      return (
        <Card heading={t('sandbox.active')} icon={<IconCheck size={18} stroke={1.6} aria-hidden />}>
          <p>{t('sandbox.active.text')}</p>
          <p>
            <CopyField value={domain} what={t('settings.domain')} />
          </p>
          <SignInThere />
        </Card>
      );
  }
}

const SignInThere = () => (
  <p>
    <Link to={addressOf('signInTo', { environment: 'sandbox' })}>{t('sandbox.signIn')}</Link>
  </p>
);
