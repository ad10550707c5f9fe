import { t } from '../text/texts';

/** What is not there and what is another partner's: the same words. */
export const Missing = () => <p>{t('missing')}</p>;
