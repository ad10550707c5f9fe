import { useInfiniteQuery } from '@tanstack/react-query';
import { QueryState } from '#libs/ui';
import { Link } from 'react-router';
import { Screen } from '../../frame/screen';
import { addressOf } from '../../pages';
import { useAccount } from '../../session/account-context';
import { t } from '../../text/texts';
import { Empty } from '../empty';
import { MoreButton } from '../more-button';
import { listOf } from '../pages-of';
import classes from './catalogue.module.css';
import { productsQuery, type Product } from './catalogue.queries';

export default function CatalogueScreen() {
  const products = useInfiniteQuery(productsQuery(useAccount()));
  return (
    <Screen title={t('catalogue.title')} subtitle={t('catalogue.subtitle')}>
      <QueryState query={listOf(products)} subject={t('catalogue.title')} height={240}>
        {(items) => (items.length === 0 ? <Empty text={t('catalogue.empty')} /> : <Products items={items} />)}
      </QueryState>
      <MoreButton query={products} />
    </Screen>
  );
}

function Products({ items }: { items: Product[] }) {
  const { environment } = useAccount();
  return (
    <ul className={classes.products}>
      {items.map(({ id, name, description, plans }) => (
        <li key={id} className={classes.product}>
          <h2>
            <Link to={addressOf('product', { environment, productId: id })}>{name}</Link>
          </h2>
          <p className={classes.description}>{description}</p>
          <p className={classes.plans}>{t('catalogue.plans', { count: plans.length })}</p>
        </li>
      ))}
    </ul>
  );
}
