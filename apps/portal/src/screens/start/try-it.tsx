import { Button } from '@mantine/core';
import { dataOf, Problem } from '#libs/api-client';
import { ProblemNotice, useAnnounce } from '#libs/ui';
import { useAccount } from '../../session/account-context';
import { useAct } from '../../session/use-act';
import { t } from '../../text/texts';
import type { Key } from '../keys/keys.queries';
import { milestoneKeys } from './start.queries';

const address = '/sandbox/whoami';

/** B31: a token without the secret, in the sandbox, and a first call with it, from this page. */
export function TryIt({ of }: { of: Key }) {
  const account = useAccount();
  const announce = useAnnounce();
  const act = useAct({
    run: async () => {
      const { accessToken } = await dataOf(
        account.api.POST('/v1/keys/{id}/tokens', { params: { path: { id: of.id } } }),
        'POST',
      );
      const reply = await fetch(address, { headers: { authorization: `Bearer ${accessToken}` } });
      if (!reply.ok) throw Problem.ofResponse(reply, await reply.json(), `GET ${address}`);
      return reply.status;
    },
    changes: [milestoneKeys.all(account)],
    onDone: (status) => announce(t('start.try.done', { status, address })),
  });
  return (
    <>
      <p>{t('start.try.text', { name: of.name })}</p>
      {act.error && <ProblemNotice problem={act.error} heading={t('start.try.failure')} />}
      <Button size="compact-sm" loading={act.isPending} onClick={() => act.mutate(undefined)}>
        {t('start.try')}
      </Button>
      <p role="status">
        {act.data !== undefined ? t('start.try.done', { status: act.data, address }) : t('start.waiting')}
      </p>
    </>
  );
}
