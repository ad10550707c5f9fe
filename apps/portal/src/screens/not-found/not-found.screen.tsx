import { Link } from 'react-router';
import { Screen } from '../../frame/screen';
import { addressOf } from '../../pages';
import { t } from '../../text/texts';

export default function NotFoundScreen() {
  return (
    <Screen title={t('notFound.title')}>
      <p>{t('notFound.text')}</p>
      <p>
        <Link to={addressOf('home')}>{t('notFound.home')}</Link>
      </p>
    </Screen>
  );
}
