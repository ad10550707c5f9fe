import { locale } from './texts';

interface Price {
  amountMinor: number;
  currency: string;
}

const options = { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' } as const;

/** Without a zone for what is past, and with it wherever a deadline counts. */
export const dateTime = (instant: string | Date, zone?: 'with zone'): string =>
  new Intl.DateTimeFormat(locale, { ...options, ...(zone && { timeZoneName: 'short' }) }).format(new Date(instant));

/** The currency knows how many decimals it has. */
export function money({ amountMinor, currency }: Price): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  const decimals = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amountMinor / 10 ** decimals);
}
