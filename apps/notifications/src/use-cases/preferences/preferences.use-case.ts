import type { EntityManager } from 'typeorm';
import { notifications, type PersonCaller, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { fail } from '#libs/errors';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { isEssential } from '../../domain/news-kinds';
import { Mail } from '../../storage/entities';
import { offByMail, setByMail } from '../../storage/preferences.repository';

/** B50: what a person is told by mail is up to them, but for what is essential. */
@UseCase()
export class Preferences {
  constructor(
    private readonly database: Database,
    private readonly transaction: IdempotentTransaction,
  ) {}

  @RpcHandler(notifications.listPreferences)
  list(_request: RequestOf<typeof notifications.listPreferences>, context: RpcContext) {
    const person = personOf(context);
    return this.database.reading(person.environment, async (manager) => {
      const off = await offByMail(manager, person);
      const items = notifications.newsKind.options.map((kind) => describe(kind, isEssential(kind) || !off.has(kind)));
      return { items, lastMail: await lastMailOf(manager, person) };
    });
  }

  /** @throws notifications.essential */
  @RpcHandler(notifications.setPreference)
  async set(request: RequestOf<typeof notifications.setPreference>, context: RpcContext) {
    const person = personOf(context);
    const { kind, enabled } = request;
    const { reply } = await this.transaction.run(context, request, async ({ manager, now }) => {
      if (isEssential(kind) && !enabled)
        fail('notifications.essential', `Mails about “${kind}” cannot be switched off: they protect the account.`);
      await setByMail(manager, person, kind, enabled, now);
      return describe(kind, enabled);
    });
    return reply;
  }
}

const describe = (kind: notifications.NewsKind, enabled: boolean) => ({
  channel: 'email' as const,
  kind,
  enabled,
  essential: isEssential(kind),
});

/** One that nobody has tried yet says nothing. */
async function lastMailOf(manager: EntityManager, { environment, partnerId, personId }: PersonCaller) {
  const [mail] = await manager
    .createQueryBuilder(Mail, 'mail')
    .where({ environment, partnerId, personId })
    .andWhere(`mail.attempts > 0 and mail.state <> 'dropped'`)
    .orderBy('mail.id', 'DESC')
    .limit(1)
    .getMany();
  if (!mail) return null;
  const { state, address, reason, createdAt } = mail;
  return { state, to: address, reason, createdAt: createdAt.toISOString() };
}
