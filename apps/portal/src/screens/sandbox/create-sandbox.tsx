import { useForm } from '@mantine/form';
import { dataOf } from '#libs/api-client';
import { Card, Form, useAnnounce } from '#libs/ui';
import { useAccount } from '../../session/account-context';
import { sessionKeys, useAccountDetails } from '../../session/queries';
import { useAct } from '../../session/use-act';
import { t } from '../../text/texts';
import { adminCodes, adminRules, noAdmin, PersonFields, type NewAdmin } from '../person-fields';

/** Asks for the sandbox, and who is to be its administrator: somebody of its own, with a password of its own (B3, B7). */
export function CreateSandbox({ again = false }: { again?: boolean }) {
  const account = useAccount();
  const announce = useAnnounce();
  const form = useForm<{ admin: NewAdmin }>({
    mode: 'uncontrolled',
    initialValues: { admin: noAdmin },
    validate: { admin: adminRules },
  });
  const act = useAct({
    run: (body: { admin: NewAdmin }, key) =>
      dataOf(account.api.POST('/v1/sandbox', { body, params: { header: { 'Idempotency-Key': key } } }), 'POST'),
    changes: [sessionKeys.sandbox(account)],
    onDone: () => announce(t('sandbox.asked')),
  });
  const domain = useAccountDetails().data?.domain ?? '';
  return (
    <Card heading={t('sandbox.create')}>
      <p>{t('sandbox.create.text')}</p>
      <Form
        form={form}
        act={act}
        verb={t(again ? 'sandbox.again.verb' : 'sandbox.create.verb')}
        failure={t('sandbox.create.failure')}
        codes={adminCodes}
      >
        <PersonFields form={form} domain={`sandbox.${domain}`} />
      </Form>
    </Card>
  );
}
