import { LessThan } from 'typeorm';
import { identity, type PartnerId, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { Answers, UseCase } from '#libs/messaging';
import { Organisation } from '../../storage/entities';
import { describePartner, describePartners } from '../../storage/partners.repository';

@UseCase()
export class ReadPartners {
  constructor(private readonly database: Database) {}

  @Answers(identity.listPartners)
  list({ limit, cursor }: RequestOf<typeof identity.listPartners>) {
    return this.database.reading('shared', async (manager) => {
      const after = afterCursor(cursor);
      const { rows, nextCursor } = pageOf(
        await manager.find(Organisation, {
          where: after ? { id: LessThan(after as PartnerId) } : {},
          order: { id: 'DESC' },
          take: limit + 1,
        }),
        limit,
      );
      return { items: await describePartners(manager, rows), nextCursor };
    });
  }

  @Answers(identity.getPartner)
  get({ partnerId }: RequestOf<typeof identity.getPartner>) {
    return this.database.reading('shared', (manager) => describePartner(manager, partnerId));
  }
}
