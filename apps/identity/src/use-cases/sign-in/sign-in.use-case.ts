import { Inject } from '@nestjs/common';
import { identity, type Environment, type RequestOf } from '#libs/contracts';
import { Database, type Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { asSignedIn, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { IdentityConfig } from '../../config';
import { newSession } from '../../domain/credentials';
import { passwordMatches } from '../../secrets/passwords';
import { Account, Person } from '../../storage/entities';
import { OwnSessions } from '../../storage/own-sessions';
import { callerOf } from '../../views/account.view';
import { RefusedSignIns } from '../../workflows/refused-sign-ins';
import { SessionLife } from '../../workflows/session-life';

type Request = RequestOf<typeof identity.signIn>;

/**
 * B4: `username@domain` with that account's password. A missing account, a missing person and a wrong password cost
 * and answer the same. @throws identity.wrong_credentials
 */
@UseCase()
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly transaction: IdempotentTransaction,
    private readonly refused: RefusedSignIns,
    private readonly life: SessionLife,
    @Inject(IdentityConfig) private readonly config: IdentityConfig,
  ) {}

  @RpcHandler(identity.signIn)
  async execute(request: Request, context: RpcContext) {
    const { username, domain, password } = request;
    const environment = context.scope as Environment;
    const { account, person } = await this.find(environment, username, domain);
    const matches = await passwordMatches(password, person?.passwordHash);
    if (person && !matches) void this.refused.record(context, whose(person));
    if (!account || !person || !matches) refuse();
    const accessToken = newSession(environment);
    const signedIn = asSignedIn(callerOf(person), context);
    await this.transaction.run(signedIn, request, (tx) =>
      this.open(tx, person, accessToken, { address: context.address, userAgent: request.userAgent }),
    );
    return {
      accessToken,
      expiresIn: this.config.SLIPWAY_SESSION_SECONDS,
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

  private async open(tx: Tx, person: Person, accessToken: string, from: { address?: string; userAgent?: string }) {
    const { environment, id, passwordHash } = person;
    // Somebody removed since the password was compared has none to be right any more. Sign-ins of one person take turns.
    const unchanged = { environment, id, passwordHash };
    if (!(await tx.manager.findOne(Person, { where: unchanged, lock: { mode: 'for_no_key_update' } }))) refuse();
    await this.life.begin(tx, OwnSessions.ofPerson(callerOf(person)), accessToken, from);
  }
}

const whose = ({ id, accountId, partnerId }: Person) => ({ personId: id, accountId, partnerId });

function refuse(): never {
  fail('identity.wrong_credentials', 'The username or the password is wrong.');
}
