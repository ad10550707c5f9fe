import type { UseFormReturnType } from '@mantine/form';
import { FormField } from '#libs/ui';
import { newPassword, required } from '../text/rules';
import { t } from '../text/texts';

/** An administrator who is to be: of a new organisation, or of its sandbox. */
export interface NewAdmin {
  username: string;
  displayName: string;
  email: string;
  password: string;
}

export const noAdmin: NewAdmin = { displayName: '', email: '', username: '', password: '' };

export const adminRules = {
  displayName: required(t('person.displayName')),
  email: required(t('person.email')),
  username: required(t('person.username')),
  password: newPassword,
};

export const adminCodes = {
  'identity.weak_password': 'admin.password',
  'identity.username_taken': 'admin.username',
};

interface PersonFieldsProps<Values extends { admin: NewAdmin } & Record<string, unknown>> {
  form: UseFormReturnType<Values>;
  domain: string;
}

export function PersonFields<Values extends { admin: NewAdmin } & Record<string, unknown>>({
  form,
  domain,
}: PersonFieldsProps<Values>) {
  return (
    <>
      <FormField form={form} name="admin.displayName" label={t('person.displayName')} autoComplete="name" />
      <FormField form={form} name="admin.email" label={t('person.email')} kind="email" autoComplete="email" />
      <FormField
        form={form}
        name="admin.username"
        label={t('person.username')}
        description={t('person.username.hint', { domain })}
        autoComplete="username"
      />
      <FormField
        form={form}
        name="admin.password"
        label={t('person.password')}
        description={t('person.password.hint')}
        kind="password"
        autoComplete="new-password"
      />
    </>
  );
}
