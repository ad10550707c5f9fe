import { Button } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { addressOf } from '../../pages';
import { useAccount } from '../../session/account-context';
import { useAccountDetails } from '../../session/queries';
import { t } from '../../text/texts';
import type { OnSecret } from './key-dialogs';
import { KeyRow } from './key-row';
import type { Key, Keys } from './keys.queries';
import classes from './keys.module.css';
import { NewKeyForm } from './new-key';

interface KeyListProps {
  items: readonly Key[];
  slots: Keys['slots'];
  /** For which a key may be made. */
  subscriptions: readonly { id: string; name: string }[];
  onSecret: OnSecret;
}

/** Keys, and how to make another (B15, B21). */
export function KeyList({ items, slots, subscriptions, onSecret }: KeyListProps) {
  return (
    <>
      {items.length === 0 && <NothingYet />}
      <div className={classes.keys}>
        {items.map((key) => (
          <KeyRow key={key.id} of={key} slots={slots} onSecret={onSecret} />
        ))}
      </div>
      <AddKey isFirst={items.length === 0} slots={slots} subscriptions={subscriptions} onSecret={onSecret} />
    </>
  );
}

function NothingYet() {
  const { environment } = useAccount();
  return (
    <div>
      <p>
        <strong>{t(`keys.none.${environment}`)}</strong>
      </p>
      <p className={classes.full}>{t('keys.none.text')}</p>
    </div>
  );
}

/** Why none can be made now: of what is in the account's own hands, with the way out. */
function useBlocker({ used, limit }: Keys['slots']): ReactNode {
  const { environment } = useAccount();
  const { data: account } = useAccountDetails();
  if (account?.apiAccess === false)
    return (
      <>
        {t('keys.apiAccessOff')} <Link to={addressOf('settings', { environment })}>{t('settings.title')}</Link>
      </>
    );
  return used >= limit ? t('keys.full', { limit, environment: t(`environment.${environment}`) }) : undefined;
}

function AddKey({ isFirst, slots, subscriptions, onSecret }: Omit<KeyListProps, 'items'> & { isFirst: boolean }) {
  const { environment } = useAccount();
  const [isNaming, setNaming] = useState(false);
  const blocker = useBlocker(slots);
  if (subscriptions.length === 0) return <p className={classes.full}>{t('keys.noSubscription')}</p>;
  if (isNaming && !blocker)
    return (
      <NewKeyForm
        subscriptions={subscriptions}
        onSecret={(pair) => {
          setNaming(false);
          onSecret(pair);
        }}
      />
    );
  return (
    <div>
      <Button
        variant={isFirst ? 'filled' : 'default'}
        leftSection={<IconKey size={18} stroke={1.6} aria-hidden />}
        aria-disabled={Boolean(blocker)}
        data-disabled={Boolean(blocker) || undefined}
        aria-describedby={blocker ? 'add-key-blocked' : undefined}
        onClick={() => setNaming(!blocker)}
      >
        {t(`key.create.${environment}`)}
      </Button>
      {blocker && (
        <p id="add-key-blocked" className={classes.full}>
          {blocker}
        </p>
      )}
    </div>
  );
}
