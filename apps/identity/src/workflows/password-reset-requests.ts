import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { actorOf, environments, fields, type Environment, type PersonId } from '#libs/contracts';
import { Database, recordAct } from '#libs/database';
import { LOGGER, type Logger } from '#libs/observability';
import type { RpcContext } from '#libs/rpc';
import { actOf } from '#libs/service';
import { Person } from '../storage/entities';
import { findPeopleByLogin } from '../storage/people-by-login';
import { linksOfOnePerson } from './link-requests';
import { MailedLinks } from './mailed-links';
import { Throttle } from './throttle';

/**
 * Finds out who has forgotten their password, and has a link sent to them. Not to be waited for: the time of the reply must not tell
 * whether there is anybody. Whoever gets nothing because a copy died in this very moment says it again.
 */
@Injectable()
export class PasswordResetRequests implements BeforeApplicationShutdown {
  private readonly underWay: Record<Environment, Set<Promise<void>>> = { sandbox: new Set(), production: new Set() };

  constructor(
    private readonly database: Database,
    private readonly links: MailedLinks,
    private readonly throttle: Throttle,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  begin(login: string, context: RpcContext): void {
    for (const environment of environments) {
      const work = this.ofEnvironment(environment, login, context)
        .catch((error: unknown) => this.logger.warn({ err: error, traceId: context.traceId }, 'no reset link was made'))
        .finally(() => this.underWay[environment].delete(work));
      this.underWay[environment].add(work);
    }
  }

  /** Before the database is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(environments.flatMap((environment) => [...this.underWay[environment]]));
  }

  private async ofEnvironment(environment: Environment, login: string, context: RpcContext): Promise<void> {
    const at = login.lastIndexOf('@');
    const names = { username: login.slice(0, Math.max(at, 0)), domain: fields.asciiDomain(login.slice(at + 1)), login };
    const found = await this.database.reading(environment, (manager) => findPeopleByLogin(manager, environment, names));
    for (const personId of found) await this.ofPerson(environment, personId, context);
  }

  private async ofPerson(environment: Environment, id: PersonId, context: RpcContext): Promise<void> {
    const isOneTooMany = await this.throttle.take({ name: `reset/${environment}/${id}`, limit: linksOfOnePerson });
    if (isOneTooMany > 0) return;
    await this.database.transaction(environment, context.traceId, async (tx) => {
      const lock = { mode: 'for_no_key_update' } as const;
      const person = await tx.manager.findOne(Person, { where: { environment, id }, lock });
      if (!person) return;
      const version = person.version + 1;
      await tx.manager.update(Person, { environment, id }, { version });
      await this.links.request(tx, { ...person, version }, 'password_reset', actorOf(context.caller));
      const { partnerId, accountId } = person;
      await recordAct(tx, actOf(context, { personId: id, partnerId, accountId }));
    });
  }
}
