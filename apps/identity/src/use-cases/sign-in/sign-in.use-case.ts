import { Inject } from '@nestjs/common';
import { identity, type Environment, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { fail } from '#libs/errors';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdentityConfig } from '../../config';
import { hashSession, newSession } from '../../domain/credentials';
import { passwordMatches } from '../../secrets/passwords';
import { Account, Person, Session } from '../../storage/entities';

type Request = RequestOf<typeof identity.signIn>;

/**
 * B4: `username@domain` with that account's password. A missing account, a missing person and a wrong password cost
 * and answer the same. @throws identity.wrong_credentials
 */
@UseCase()
export class SignIn {
  constructor(
    private readonly database: Database,
    @Inject(IdentityConfig) private readonly config: IdentityConfig,
  ) {}

  @RpcHandler(identity.signIn)
  async execute({ username, domain, password }: Request, context: RpcContext) {
    const environment = context.scope as Environment;
    const { account, person } = await this.find(environment, username, domain);
    const matches = await passwordMatches(password, person?.passwordHash);
    if (!account || !person || !matches) fail('identity.wrong_credentials', 'The username or the password is wrong.');
    const accessToken = newSession(environment);
    const expiresIn = this.config.SLIPWAY_SESSION_SECONDS;
    await this.database.transaction(environment, context.traceId, async ({ manager, now }) => {
      await manager.query(
        'delete from identity.sessions where environment = $1 and person_id = $2 and expires_at < $3',
        [environment, person.id, now],
      );
      await manager.insert(Session, {
        environment,
        tokenHash: hashSession(accessToken),
        partnerId: person.partnerId,
        accountId: account.id,
        personId: person.id,
        expiresAt: new Date(now.getTime() + expiresIn * 1_000),
      });
    });
    return {
      accessToken,
      expiresIn,
      account: { id: account.id, environment, domain: account.domain, state: account.state },
      person: { id: person.id, username: person.username, displayName: person.displayName },
      roles: [person.role],
    };
  }

  private find(environment: Environment, username: string, domain: string) {
    return this.database.reading(environment, async (manager) => {
      const account = await manager.findOneBy(Account, { environment, domain });
      const person = account && (await manager.findOneBy(Person, { environment, accountId: account.id, username }));
      return { account, person };
    });
  }
}
