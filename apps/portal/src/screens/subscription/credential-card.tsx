import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Card, QueryState } from '#libs/ui';
import { IconFlask, IconSailboat } from '@tabler/icons-react';
import { Link } from 'react-router';
import { addressOf, otherEnvironment, type Environment } from '../../pages';
import { useAccount } from '../../session/account-context';
import { t } from '../../text/texts';
import { KeyList } from '../keys/key-list';
import { keysOfQuery } from '../keys/keys.queries';
import { useSecret } from '../keys/use-secret';
import type { Subscription } from '../subscriptions/subscriptions.queries';
import classes from './credential-card.module.css';
import { ProductionCard } from './production-card';

const icons: Record<Environment, typeof IconFlask> = { sandbox: IconFlask, production: IconSailboat };

function EnvironmentIcon({ environment }: { environment: Environment }) {
  const Icon = icons[environment];
  return <Icon size={18} stroke={1.6} aria-hidden />;
}

/** Those of the account's own environment, with what can be done; of the other one, the way there (B3). */
export function Credentials({ subscription }: { subscription: Subscription }) {
  const { environment } = useAccount();
  const hasOwn = environment === 'sandbox' ? subscription.plan.sandbox : subscription.production.unlocked;
  const isElsewhere = environment === 'sandbox' ? subscription.production.unlocked : subscription.plan.sandbox;
  const isCancelled = Boolean(subscription.cancellation);
  return (
    <div className={classes.cards}>
      {hasOwn && !isCancelled && <OwnCredentials subscription={subscription} />}
      {(!subscription.production.unlocked || isCancelled) && <ProductionCard subscription={subscription} />}
      {isElsewhere && !isCancelled && <OtherCredentials subscription={subscription} />}
    </div>
  );
}

function OwnCredentials({ subscription: { id, name } }: { subscription: Subscription }) {
  const account = useAccount();
  const { environment } = account;
  const keys = useQuery(keysOfQuery(account, id));
  const { secret, show } = useSecret();
  const heading = t(`credentials.${environment}`);
  return (
    <>
      {secret}
      <Card
        heading={heading}
        icon={<EnvironmentIcon environment={environment} />}
        end={keys.data && <span>{t('keys.slots', keys.data.slots)}</span>}
      >
        <QueryState query={keys} subject={heading} height={160}>
          {({ items, slots }) => <KeyList items={items} slots={slots} subscriptions={[{ id, name }]} onSecret={show} />}
        </QueryState>
      </Card>
    </>
  );
}

function OtherCredentials({ subscription: { id } }: { subscription: Subscription }) {
  const environment = otherEnvironment(useAccount().environment);
  return (
    <Card heading={t(`credentials.${environment}`)} icon={<EnvironmentIcon environment={environment} />}>
      <p>{t(`credentials.${environment}.elsewhere`)}</p>
      <div>
        <Button
          component={Link}
          variant="default"
          to={addressOf('subscription', { environment, subscriptionId: id })}
          leftSection={<EnvironmentIcon environment={environment} />}
        >
          {t(`credentials.${environment}.open`)}
        </Button>
      </div>
    </Card>
  );
}
