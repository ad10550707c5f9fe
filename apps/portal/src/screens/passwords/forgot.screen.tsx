import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { clientFor, dataOf, type Problem } from '#libs/api-client';
import { Form, FormField, Notice } from '#libs/ui';
import { IconMail } from '@tabler/icons-react';
import { Link } from 'react-router';
import { Screen } from '../../frame/screen';
import { addressOf } from '../../pages';
import { required } from '../../text/rules';
import { t } from '../../text/texts';

export default function ForgotScreen() {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { username: '' },
    validate: { username: required(t('signIn.username')) },
  });
  const act = useMutation<unknown, Problem, { username: string }>({
    mutationFn: (body) => dataOf(clientFor().POST('/v1/password-resets', { body }), 'POST'),
  });
  return (
    <Screen title={t('forgot.title')}>
      {act.isSuccess ? (
        <Notice tone="blue" icon={<IconMail size={20} stroke={1.6} />} heading={t('forgot.done')}>
          <p>{t('forgot.done.text')}</p>
        </Notice>
      ) : (
        <Form form={form} act={act} verb={t('forgot.verb')}>
          <FormField
            form={form}
            name="username"
            label={t('signIn.username')}
            description={t('forgot.hint')}
            autoComplete="username"
          />
        </Form>
      )}
      <p>
        <Link to={addressOf('signIn')}>{t('forgot.back')}</Link>
      </p>
    </Screen>
  );
}
