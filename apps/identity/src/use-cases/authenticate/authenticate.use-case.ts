import { Clock } from '#libs/clock';
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
import { hashSession } from '../../domain/credentials';

interface Row {
  partner_id: PartnerId;
  account_id: AccountId;
  person_id: PersonId;
  display_name: string;
  role: PartnerRole;
}

/** Who a session belongs to. Read each time, so that signing out and removing somebody hold at once. */
@UseCase()
export class Authenticate {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  @RpcHandler(identity.authenticate)
  async execute({ accessToken }: RequestOf<typeof identity.authenticate>, context: RpcContext) {
    const environment = context.scope as Environment;
    const [row] = await this.database.reading(environment, (manager) =>
      manager.query<Row[]>(
        `select s.partner_id, s.account_id, s.person_id, p.display_name, p.role
         from identity.sessions s join identity.people p on p.environment = s.environment and p.id = s.person_id
         where s.environment = $1 and s.token_hash = $2 and s.expires_at > $3`,
        [environment, hashSession(accessToken), this.clock.date()],
      ),
    );
    if (!row) return { caller: null };
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
    };
  }
}
