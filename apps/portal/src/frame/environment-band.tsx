import { IconFlask, IconSailboat } from '@tabler/icons-react';
import { Link } from 'react-router';
import { addressOf, environments, type Environment } from '../pages';
import { t } from '../text/texts';
import classes from './frame.module.css';

const icons = { sandbox: IconFlask, production: IconSailboat };

interface EnvironmentBandProps {
  environment: Environment;
  login: string;
}

/** Where somebody is, by colour and hatching, word, icon and address. It cannot be closed. */
export function EnvironmentBand({ environment, login }: EnvironmentBandProps) {
  return (
    <header className={classes.band} data-environment={environment}>
      <nav className={classes.switch} aria-label={t('environment.switch')}>
        {environments.map((one) => {
          const Icon = icons[one];
          return (
            <Link
              key={one}
              to={addressOf('subscriptions', { environment: one })}
              aria-current={one === environment ? 'true' : undefined}
            >
              <span className={classes.lamp} aria-hidden />
              <Icon size={15} stroke={1.6} aria-hidden />
              {t(`environment.${one}`)}
            </Link>
          );
        })}
      </nav>
      <span className={classes.sentence}>
        {t.rich(`environment.${environment}.sentence`, { b: (part) => <strong key="name">{part}</strong> })}
      </span>
      <code className={classes.who} title={login}>
        {login}
      </code>
    </header>
  );
}
