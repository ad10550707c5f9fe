import { queryOptions, useQuery } from '@tanstack/react-query';
import { dataOf, type components } from '#libs/api-client';
import { CopyField, QueryState } from '#libs/ui';
import { useParams } from 'react-router';
import { useAccount, type Account } from '../../session/account-context';
import { useProvider } from '../../session/queries';
import { t } from '../../text/texts';
import { Empty } from '../empty';
import { Missing } from '../missing';
import { SubscriptionScreen } from '../subscription/subscription-part';
import { subscriptionKeys } from '../subscriptions/subscriptions.queries';
import classes from './test-data.module.css';

type TestDatum = components['schemas']['TestDatum'];

const testDataQuery = (account: Account, id: string) =>
  queryOptions<TestDatum[]>({
    queryKey: [...subscriptionKeys.one(account, id), 'test-data'],
    queryFn: async () =>
      (await dataOf(account.api.GET('/v1/subscriptions/{id}/test-data', { params: { path: { id } } }))).items,
  });

/** B35: what the provider has set for the sandbox: to read, and to copy. */
export default function TestDataScreen() {
  const account = useAccount();
  const { subscriptionId = '' } = useParams();
  const testData = useQuery(testDataQuery(account, subscriptionId));
  const provider = useProvider().data?.name ?? t('brand');
  return (
    <SubscriptionScreen id={subscriptionId} title={t('testData.title')} subtitle={t('testData.subtitle')}>
      <QueryState query={testData} subject={t('testData.title')} height={240} refused={() => <Missing />}>
        {(items) =>
          items.length === 0 ? <Empty text={t('testData.empty', { provider })} /> : <TestData items={items} />
        }
      </QueryState>
    </SubscriptionScreen>
  );
}

function TestData({ items }: { items: TestDatum[] }) {
  return (
    <dl className={classes.data}>
      {items.map(({ type, name, description, value }) => (
        <div key={`${type} ${name}`}>
          <dt>
            {name} <span>{type}</span>
          </dt>
          <dd>
            <CopyField value={value} what={name} />
            {description && <p>{description}</p>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
