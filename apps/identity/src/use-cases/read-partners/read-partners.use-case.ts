import { identity, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, UseCase } from '#libs/rpc';
import { Partners } from '../../storage/partners.repository';
import { describePartner } from '../../views/partner.view';

/** For staff. @throws not_found */
@UseCase()
export class ReadPartners {
  constructor(
    private readonly database: Database,
    private readonly partners: Partners,
  ) {}

  @RpcHandler(identity.listPartners)
  list({ limit, cursor, verified, q }: RequestOf<typeof identity.listPartners>) {
    return this.database.reading('shared', async (manager) => {
      const found = await this.partners.list(manager, { after: afterCursor(cursor), limit, verified, q });
      const { rows, nextCursor } = pageOf(found, limit);
      return { items: rows.map(describePartner), nextCursor };
    });
  }

  @RpcHandler(identity.getPartner)
  get({ partnerId }: RequestOf<typeof identity.getPartner>) {
    return this.database.reading('shared', async (manager) =>
      describePartner(await this.partners.get(manager, partnerId)),
    );
  }
}
