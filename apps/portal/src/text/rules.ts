import { t } from './texts';

/** What can be told without the API; everything else is for the API to say. */
export const required =
  (label: string) =>
  (value: string): string | null =>
    value.trim() === '' ? t('rule.required', { label }) : null;

const passwordCharactersMin = 12;

export const newPassword = (value: string): string | null =>
  value.length < passwordCharactersMin ? t('rule.password', { min: passwordCharactersMin }) : null;
