import { NativeSelect } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Form, FormField } from '#libs/ui';
import { useAccount } from '../../session/account-context';
import { required } from '../../text/rules';
import { t } from '../../text/texts';
import type { OnSecret } from './key-dialogs';
import { useCreateKey, type NewKey } from './use-key-acts';

interface NewKeyFormProps {
  /** For which it may be made; of a single one nothing is asked. */
  subscriptions: readonly { id: string; name: string }[];
  onSecret: OnSecret;
}

export function NewKeyForm({ subscriptions, onSecret }: NewKeyFormProps) {
  const { environment } = useAccount();
  const form = useForm<NewKey & Record<string, unknown>>({
    mode: 'uncontrolled',
    initialValues: { name: '', subscriptionId: subscriptions[0]?.id ?? '' },
    validate: { name: required(t('key.name')) },
  });
  const act = useCreateKey(onSecret);
  return (
    <Form form={form} act={act} verb={t(`key.create.${environment}`)} failure={t('key.create.failure')} codes={{}}>
      {subscriptions.length > 1 && (
        <NativeSelect
          label={t('subscription.title')}
          data={subscriptions.map(({ id, name }) => ({ value: id, label: name }))}
          key={form.key('subscriptionId')}
          {...form.getInputProps('subscriptionId')}
        />
      )}
      <FormField form={form} name="name" label={t('key.name')} description={t('key.name.hint')} />
    </Form>
  );
}
