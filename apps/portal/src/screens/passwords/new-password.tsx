import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import type { Problem } from '#libs/api-client';
import { Form, FormField, Notice } from '#libs/ui';
import { IconCheck, IconLinkOff } from '@tabler/icons-react';
import { Link } from 'react-router';
import { Screen } from '../../frame/screen';
import { addressOf } from '../../pages';
import { newPassword } from '../../text/rules';
import { t } from '../../text/texts';
import { useFragmentToken } from './use-fragment-token';

interface NewPasswordProps {
  kind: 'reset' | 'invitation';
  set: (body: { token: string; password: string }) => Promise<{ username: string; account: { domain: string } }>;
}

const codes = { 'identity.weak_password': 'password' };

/** What a link is for with which somebody sets their own password. */
export function NewPassword({ kind, set }: NewPasswordProps) {
  const token = useFragmentToken();
  const form = useForm({ mode: 'uncontrolled', initialValues: { password: '' }, validate: { password: newPassword } });
  const act = useMutation<Awaited<ReturnType<NewPasswordProps['set']>>, Problem, { password: string }>({
    mutationFn: ({ password }) => set({ token, password }),
  });
  return (
    <Screen title={t(`${kind}.title`)} subtitle={t(`${kind}.subtitle`)}>
      {token === '' && <NoToken />}
      {token !== '' && !act.data && (
        <Form form={form} act={act} verb={t(`${kind}.verb`)} failure={t(`${kind}.failure`)} codes={codes}>
          <FormField
            form={form}
            name="password"
            label={t('person.password')}
            description={t('person.password.hint')}
            kind="password"
            autoComplete="new-password"
          />
        </Form>
      )}
      {act.data && (
        <Notice tone="green" icon={<IconCheck size={20} stroke={1.6} />} heading={t(`${kind}.done`)}>
          <p>{t(`${kind}.done.text`, { login: `${act.data.username}@${act.data.account.domain}` })}</p>
          <p>
            <Link to={addressOf('signIn')}>{t('signIn.verb')}</Link>
          </p>
        </Notice>
      )}
    </Screen>
  );
}

/** The page without its link, such as after a reload. */
export function NoToken() {
  return (
    <Notice tone="slate" icon={<IconLinkOff size={20} stroke={1.6} />} heading={t('link.missing')}>
      <p>{t('link.missing.text')}</p>
    </Notice>
  );
}
