import { In, MoreThan } from 'typeorm';
import { identity, type RequestOf, type StaffId } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, UseCase } from '#libs/rpc';
import { StaffMember } from '../../storage/entities';
import { describeStaff } from '../../views/staff.view';

@UseCase()
export class ReadStaff {
  constructor(private readonly database: Database) {}

  @RpcHandler(identity.listStaff)
  list({ limit, cursor }: RequestOf<typeof identity.listStaff>) {
    return this.database.reading('shared', async (manager) => {
      const after = afterCursor(cursor);
      const { rows, nextCursor } = pageOf(
        await manager.find(StaffMember, {
          where: after ? { id: MoreThan(after as StaffId) } : {},
          order: { id: 'ASC' },
          take: limit + 1,
        }),
        limit,
      );
      return { items: rows.map(describeStaff), nextCursor };
    });
  }

  @RpcHandler(identity.findStaff)
  find({ staffIds }: RequestOf<typeof identity.findStaff>) {
    return this.database.reading('shared', async (manager) => {
      const found = await manager.find(StaffMember, { select: { id: true }, where: { id: In(staffIds) } });
      return { staffIds: found.map(({ id }) => id) };
    });
  }
}
