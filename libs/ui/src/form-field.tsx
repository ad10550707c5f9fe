import { Checkbox, PasswordInput, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import { fieldId } from './form-errors';

interface FormFieldProps<Values extends Record<string, unknown>> {
  form: UseFormReturnType<Values>;
  /** Where it is in what is sent, such as `admin.username`. */
  name: string;
  label: ReactNode;
  description?: ReactNode;
  kind?: 'text' | 'lines' | 'email' | 'password' | 'checkbox';
  autoComplete?: string;
  /** Values that are likely; others may be typed. */
  suggestions?: readonly string[];
}

/** One field, with the id that an error summary leads to. */
export function FormField<Values extends Record<string, unknown>>(props: FormFieldProps<Values>) {
  const { form, name, label, description, kind = 'text', autoComplete, suggestions } = props;
  const id = fieldId(name);
  const shared = { id, label, description, key: form.key(name) };
  if (kind === 'checkbox') {
    const { key, ...checkbox } = shared;
    return <Checkbox key={key} {...checkbox} {...form.getInputProps(name, { type: 'checkbox' })} />;
  }
  const { key, ...field } = { ...shared, autoComplete, spellCheck: false, ...form.getInputProps(name) };
  if (kind === 'lines') return <Textarea key={key} rows={4} {...field} />;
  if (kind === 'password') return <PasswordInput key={key} {...field} />;
  const list = suggestions && `${id}-suggestions`;
  return (
    <>
      <TextInput key={key} type={kind} autoCapitalize="none" list={list} {...field} />
      {suggestions && (
        <datalist id={list}>
          {suggestions.map((value) => (
            <option key={value} value={value} />
          ))}
        </datalist>
      )}
    </>
  );
}
