import { In } from 'typeorm';
import { identity, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { RpcHandler, UseCase } from '#libs/rpc';
import { StaffMember } from '../../storage/entities';

/** B48: whom of the staff `notifications` writes to, and where they are reached at the moment in which it does. */
@UseCase()
export class ReadStaffRecipients {
  constructor(private readonly database: Database) {}

  @RpcHandler(identity.findStaffRecipients)
  find({ staffIds, roles }: RequestOf<typeof identity.findStaffRecipients>) {
    return this.database.reading('shared', async (manager) => {
      const found = await manager.find(StaffMember, {
        select: { id: true },
        where: [
          { id: In(staffIds), active: true },
          { role: In(roles), active: true },
        ],
        order: { id: 'ASC' },
        take: identity.mailRecipientsMax,
      });
      return { staffIds: found.map(({ id }) => id) };
    });
  }

  @RpcHandler(identity.getStaffRecipient)
  get({ staffId }: RequestOf<typeof identity.getStaffRecipient>) {
    return this.database.reading('shared', async (manager) => {
      const member = await manager.findOneBy(StaffMember, { id: staffId, active: true });
      return { recipient: member && { displayName: member.displayName, email: member.email } };
    });
  }
}
