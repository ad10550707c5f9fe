import {
  identity,
  type AccountId,
  type Environment,
  type PartnerId,
  type PartnerRole,
  type PersonId,
  type RequestOf,
} from '#libs/contracts';
import { Database } from '#libs/database';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import type { Live } from '../../storage/own-sessions';
import { SessionUse, type UsedSession } from '../../workflows/session-use';

interface Row extends UsedSession {
  partner_id: PartnerId;
  account_id: AccountId;
  person_id: PersonId;
  display_name: string;
  role: PartnerRole;
}

/** Who a session belongs to. Read each time, so that signing out, removing somebody and another role hold at once. */
@UseCase()
export class Authenticate {
  constructor(
    private readonly database: Database,
    private readonly use: SessionUse,
  ) {}

  @RpcHandler(identity.authenticate)
  async execute({ accessToken, isUse }: RequestOf<typeof identity.authenticate>, context: RpcContext) {
    const environment = context.scope as Environment;
    const found = await this.use.read(context, { accessToken, isUse }, (hash, live) =>
      this.find(environment, hash, live),
    );
    if (!found) return { caller: null, session: null };
    const { row, session } = found;
    return {
      caller: {
        kind: 'person' as const,
        environment,
        partnerId: row.partner_id,
        accountId: row.account_id,
        personId: row.person_id,
        displayName: row.display_name,
        roles: [row.role],
      },
      session: { ...session, secondFactor: 'none' as const },
    };
  }

  private async find(environment: Environment, tokenHash: Buffer, { now, idleSince }: Live): Promise<Row | undefined> {
    const [row] = await this.database.reading(environment, (manager) =>
      manager.query<Row[]>(
        `select s.id, s.signed_in_at, s.last_used_at, s.partner_id, s.account_id, s.person_id, p.display_name, p.role
         from identity.sessions s join identity.people p on p.environment = s.environment and p.id = s.person_id
         where s.environment = $1 and s.token_hash = $2 and s.expires_at > $3 and s.last_used_at > $4`,
        [environment, tokenHash, now, idleSince],
      ),
    );
    return row;
  }
}
