import { useProvider } from '../session/queries';
import { t } from '../text/texts';
import classes from './frame.module.css';
import icon from './icon.svg';

/** Whose portal this is. */
export function Brand() {
  const { data } = useProvider();
  return (
    <div className={classes.brand}>
      <img src={icon} width={26} height={26} alt="" />
      <span>{data?.name ?? t('brand')}</span>
    </div>
  );
}
