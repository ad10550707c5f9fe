import { useInfiniteQuery } from '@tanstack/react-query';
import { Card, QueryState } from '#libs/ui';
import { Screen } from '../../frame/screen';
import { useAccount } from '../../session/account-context';
import { t } from '../../text/texts';
import { MoreButton } from '../more-button';
import { listOf } from '../pages-of';
import { subscriptionsQuery } from '../subscriptions/subscriptions.queries';
import { KeyList } from './key-list';
import { keysQuery } from './keys.queries';
import { useSecret } from './use-secret';
import { WhichAct } from './which-act';

/** All application IDs that are registered for this account. */
export default function KeysScreen() {
  const account = useAccount();
  const keys = useInfiniteQuery(keysQuery(account));
  const subscriptions = useInfiniteQuery(subscriptionsQuery(account));
  const { secret, show } = useSecret();
  const slots = keys.data?.pages[0]?.slots ?? { used: 0, limit: 0 };
  const usable = (listOf(subscriptions).data ?? []).filter(
    ({ cancellation, plan, production }) =>
      !cancellation && (account.environment === 'sandbox' ? plan.sandbox : production.unlocked),
  );
  return (
    <Screen title={t('keys.title')} subtitle={t('keys.subtitle')}>
      {secret}
      <QueryState query={listOf(keys)} subject={t('keys.title')} height={320}>
        {(items) => (
          <Card heading={t('keys.card')} end={<span>{t('keys.slots', slots)}</span>}>
            <KeyList items={items} slots={slots} subscriptions={usable} onSecret={show} />
          </Card>
        )}
      </QueryState>
      <MoreButton query={keys} />
      <Card heading={t('acts.heading')}>
        <WhichAct />
      </Card>
    </Screen>
  );
}
