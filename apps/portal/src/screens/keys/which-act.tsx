import { t } from '../../text/texts';
import classes from './keys.module.css';

const acts = ['add', 'rotate', 'regenerate', 'delete'] as const;
const aspects = ['id', 'secret', 'old', 'place'] as const;

/** B16 to B21, in one table, so that nobody has to guess. */
export const WhichAct = () => (
  <div className={classes.scroll} role="region" aria-label={t('acts.title')} tabIndex={0}>
    <table className={classes.table}>
      <caption className={classes.full}>{t('acts.title')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('acts.act')}</th>
          {aspects.map((aspect) => (
            <th key={aspect} scope="col">
              {t(`acts.${aspect}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {acts.map((act) => (
          <tr key={act}>
            <th scope="row">{t(`acts.${act}`)}</th>
            {aspects.map((aspect) => (
              <td key={aspect}>{t(`acts.${act}.${aspect}`)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
