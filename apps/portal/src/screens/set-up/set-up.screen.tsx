import { useForm } from '@mantine/form';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { dataOf, type components } from '#libs/api-client';
import { Card, Form, FormField, QueryState, Tag } from '#libs/ui';
import { useNavigate } from 'react-router';
import { Screen } from '../../frame/screen';
import { addressOf } from '../../pages';
import { useAccount, type Account } from '../../session/account-context';
import { sessionKeys, useAccountDetails } from '../../session/queries';
import { useAct } from '../../session/use-act';
import { t } from '../../text/texts';
import classes from './set-up.module.css';

type Policy = components['schemas']['GetSandboxPolicyReply'];

const policyKey = ({ environment }: Account) => [environment, 'sandbox-policy'];
const policyQuery = (account: Account) =>
  queryOptions<Policy>({
    queryKey: policyKey(account),
    queryFn: () => dataOf(account.api.GET('/v1/sandbox/policy')),
  });

/** The one page of a sandbox until its administrator has accepted what it is for (B7, B8). */
export default function SetUpScreen() {
  const account = useAccount();
  const policy = useQuery(policyQuery(account));
  const { data: details } = useAccountDetails();
  return (
    <Screen title={t('setUp.title')} subtitle={t('setUp.subtitle', { domain: details?.domain ?? '' })}>
      {details?.state === 'active' ? (
        <p>{t('setUp.already')}</p>
      ) : (
        <QueryState query={policy} subject={t('setUp.policy')} height={320}>
          {(data) => <Acceptance policy={data} />}
        </QueryState>
      )}
    </Screen>
  );
}

function Acceptance({ policy }: { policy: Policy }) {
  const account = useAccount();
  const navigate = useNavigate();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { acceptPolicy: false },
    validate: { acceptPolicy: (accepted) => (accepted ? null : t('setUp.accept.missing')) },
  });
  const act = useAct({
    run: (_values: { acceptPolicy: boolean }, key) => {
      const body = { acceptPolicy: true as const, policyVersion: policy.version };
      return dataOf(
        account.api.POST('/v1/account/setup', { body, params: { header: { 'Idempotency-Key': key } } }),
        'POST',
      );
    },
    changes: [sessionKeys.account(account), policyKey(account)],
    onDone: () => void navigate(addressOf('settings', { environment: 'sandbox' })),
  });
  return (
    <Card heading={t('setUp.policy')} end={<Tag>{t('setUp.version', { version: policy.version })}</Tag>}>
      <div className={classes.policy} tabIndex={0} role="region" aria-label={t('setUp.text')}>
        {policy.text}
      </div>
      <Form form={form} act={act} verb={t('setUp.verb')} failure={t('setUp.failure')}>
        <FormField form={form} name="acceptPolicy" kind="checkbox" label={t('setUp.accept')} />
      </Form>
    </Card>
  );
}
