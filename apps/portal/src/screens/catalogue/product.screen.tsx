import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { QueryState } from '#libs/ui';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { Screen } from '../../frame/screen';
import { addressOf } from '../../pages';
import { useAccount } from '../../session/account-context';
import { t } from '../../text/texts';
import { Missing } from '../missing';
import classes from './catalogue.module.css';
import { productQuery, type Product } from './catalogue.queries';
import { PlanCard } from './plan-card';

export default function ProductScreen() {
  const account = useAccount();
  const { productId = '' } = useParams();
  const product = useQuery(productQuery(account, productId));
  const { environment } = account;
  return (
    <Screen
      title={product.data?.name ?? t('product.title')}
      crumbs={<Link to={addressOf('catalogue', { environment })}>{t('catalogue.title')}</Link>}
    >
      <QueryState query={product} subject={t('product.title')} height={320} refused={() => <Missing />}>
        {(data) => <Plans product={data} />}
      </QueryState>
    </Screen>
  );
}

function Plans({ product }: { product: Product }) {
  const [name, setName] = useState(product.name);
  return (
    <>
      <p className={classes.description}>{product.description}</p>
      {product.plans.length === 0 ? (
        <p>{t('product.noPlans')}</p>
      ) : (
        <>
          <TextInput
            maw={420}
            label={t('product.name')}
            description={t('product.name.hint')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <ul className={classes.plansSide}>
            {product.plans.map((plan) => (
              <PlanCard
                key={plan.id}
                plan={plan}
                name={name.trim() || product.name}
                isOnly={product.plans.length === 1}
              />
            ))}
          </ul>
        </>
      )}
    </>
  );
}
