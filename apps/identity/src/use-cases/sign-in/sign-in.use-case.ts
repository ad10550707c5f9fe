import { Inject } from '@nestjs/common';
import { identity, type AccountId, type Environment, type RequestOf } from '#libs/contracts';
import { Database, type Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { asSignedIn, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { IdentityConfig } from '../../config';
import { newSession } from '../../domain/credentials';
import { Account, Person } from '../../storage/entities';
import { OwnSessions } from '../../storage/own-sessions';
import { callerOf } from '../../views/account.view';
import { KnownDevices } from '../../workflows/known-devices';
import { PasswordGuesses } from '../../workflows/password-guesses';
import { RefusedSignIns } from '../../workflows/refused-sign-ins';
import { SessionLife } from '../../workflows/session-life';

type Request = RequestOf<typeof identity.signIn>;

/** What does not exist is looked for all the same, so that it costs the same. */
const noAccount = '00000000-0000-0000-0000-000000000000' as AccountId;

/**
 * B4: `username@domain` with that account's password. A missing account, a missing person and a wrong password cost
 * and answer the same. @throws identity.wrong_credentials, identity.too_many_failures
 */
@UseCase()
export class SignIn {
  constructor(
    private readonly database: Database,
    private readonly transaction: IdempotentTransaction,
    private readonly guesses: PasswordGuesses,
    private readonly devices: KnownDevices,
    private readonly refused: RefusedSignIns,
    private readonly life: SessionLife,
    @Inject(IdentityConfig) private readonly config: IdentityConfig,
  ) {}

  @RpcHandler(identity.signIn)
  async execute(request: Request, context: RpcContext) {
    const { username, domain, password } = request;
    const environment = context.scope as Environment;
    const { account, person } = await this.find(environment, username, domain);
    const device = await this.devices.ofPerson(environment, person, request.device);
    const guess = { name: `${username}@${domain}`, device, password, passwordHash: person?.passwordHash };
    const matches = await this.guesses.isRight(guess, context);
    if (person && !matches) void this.refused.record(context, whose(person));
    if (!account || !person || !matches) refuse();
    const accessToken = newSession(environment);
    const signedIn = asSignedIn(callerOf(person), context);
    const from = { address: context.address, userAgent: request.userAgent };
    const { reply: given } = await this.transaction.run(signedIn, request, async (tx) => {
      await this.open(tx, person, accessToken, from);
      return this.devices.keepOfPerson(tx, person, device);
    });
    return {
      accessToken,
      expiresIn: this.config.SLIPWAY_SESSION_SECONDS,
      account: { id: account.id, environment, domain: account.domain, state: account.state },
      person: { id: person.id, username: person.username, displayName: person.displayName },
      roles: [person.role],
      device: given,
    };
  }

  private find(environment: Environment, username: string, domain: string) {
    return this.database.reading(environment, async (manager) => {
      const account = await manager.findOneBy(Account, { environment, domain });
      const accountId = account?.id ?? noAccount;
      return { account, person: await manager.findOneBy(Person, { environment, accountId, username }) };
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
