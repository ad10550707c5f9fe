import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { clientFor, dataOf, type components, Intent, type Problem } from '#libs/api-client';
import { Form, FormField } from '#libs/ui';
import { useState } from 'react';
import { Link } from 'react-router';
import { Screen } from '../../frame/screen';
import { addressOf } from '../../pages';
import { signIn, useArrival } from '../../session/use-sign-in';
import { required } from '../../text/rules';
import { t } from '../../text/texts';
import { adminCodes, adminRules, noAdmin, PersonFields, type NewAdmin } from '../person-fields';

interface Registration extends Record<string, unknown> {
  name: string;
  domain: string;
  programme: string;
  type: string;
  admin: NewAdmin;
}

/** What the rules know that a new installation begins with; a provider may have others. */
const suggestions = { programme: ['csp'], type: ['direct_bill', 'indirect_provider', 'indirect_reseller'] };

export default function RegisterScreen() {
  const form = useForm<Registration>({
    mode: 'uncontrolled',
    initialValues: { name: '', domain: '', programme: 'csp', type: 'direct_bill', admin: noAdmin },
    validate: {
      name: required(t('register.name')),
      domain: required(t('register.domain')),
      programme: required(t('register.programme')),
      type: required(t('register.type')),
      admin: adminRules,
    },
  });
  const codes = { 'identity.domain_taken': 'domain', ...adminCodes };
  return (
    <Screen title={t('register.title')} subtitle={t('register.subtitle')}>
      <Form form={form} act={useRegistration()} verb={t('register.verb')} failure={t('register.failure')} codes={codes}>
        <FormField form={form} name="name" label={t('register.name')} autoComplete="organization" />
        <FormField form={form} name="domain" label={t('register.domain')} description={t('register.domain.hint')} />
        <FormField
          form={form}
          name="programme"
          label={t('register.programme')}
          description={t('register.claim')}
          suggestions={suggestions.programme}
        />
        <FormField form={form} name="type" label={t('register.type')} suggestions={suggestions.type} />
        <PersonFields form={form} domain={t('register.domain.yours')} />
      </Form>
      <p>
        {t.rich('register.signIn', {
          a: (part) => (
            <Link key="link" to={addressOf('signIn')}>
              {part}
            </Link>
          ),
        })}
      </p>
    </Screen>
  );
}

/** Registers, and signs in at once: who has just set a password is not asked for it again. */
function useRegistration() {
  const [intent] = useState(() => new Intent());
  const arrive = useArrival();
  return useMutation<components['schemas']['SignedIn'], Problem, Registration>({
    mutationFn: async (body) => {
      const header = { 'Idempotency-Key': intent.keyFor(body) };
      const { account } = await dataOf(clientFor().POST('/v1/partners', { body, params: { header } }), 'POST');
      const { username, password } = body.admin;
      return signIn({ username: `${username}@${account.domain}`, password });
    },
    onSuccess: (reply) => void arrive(reply),
  });
}
