import { MoreThan } from 'typeorm';
import { identity, type RequestOf, type StaffId } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { Answers, UseCase } from '#libs/messaging';
import { StaffMember } from '../../storage/entities';

@UseCase()
export class ReadStaff {
  constructor(private readonly database: Database) {}

  @Answers(identity.listStaff)
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
}

export const describeStaff = ({ id, email, displayName, role, active, createdAt }: StaffMember) => ({
  id,
  email,
  displayName,
  role,
  active,
  createdAt: createdAt.toISOString(),
});
