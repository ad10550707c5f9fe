import { useForm } from '@mantine/form';
import { Form, FormField } from '#libs/ui';
import { Link, useLocation } from 'react-router';
import { Screen } from '../../frame/screen';
import { addressOf, environments, otherEnvironment } from '../../pages';
import { useSession } from '../../session/sessions';
import { useSignIn } from '../../session/use-sign-in';
import { t } from '../../text/texts';
import { required } from '../../text/rules';

export default function SignInScreen() {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { username: '', password: '' },
    validate: { username: required(t('signIn.username')), password: required(t('signIn.password')) },
  });
  return (
    <Screen title={t('signIn.title')} subtitle={<Where />}>
      <Form form={form} act={useSignIn()} verb={t('signIn.verb')} failure={t('signIn.failure')}>
        <FormField
          form={form}
          name="username"
          label={t('signIn.username')}
          description={t('signIn.username.hint')}
          autoComplete="username"
        />
        <FormField
          form={form}
          name="password"
          label={t('signIn.password')}
          kind="password"
          autoComplete="current-password"
        />
      </Form>
      <p>
        <Link to={addressOf('forgot')}>{t('signIn.forgot')}</Link>
      </p>
      <p>
        {t.rich('signIn.register', {
          a: (part) => (
            <Link key="link" to={addressOf('register')}>
              {part}
            </Link>
          ),
        })}
      </p>
    </Screen>
  );
}

/** Of an account that somebody wanted to go to; in the other one they stay signed in. */
function Where() {
  const { pathname } = useLocation();
  const sessions = { sandbox: useSession('sandbox'), production: useSession('production') };
  const wanted = environments.find((environment) => pathname === addressOf('signInTo', { environment }));
  if (!wanted) return null;
  const other = otherEnvironment(wanted);
  const kept = sessions[other] ? ` ${t('signIn.kept', { environment: t(`environment.${other}`) })}` : '';
  return t('signIn.to', { environment: t(`environment.${wanted}`) }) + kept;
}
