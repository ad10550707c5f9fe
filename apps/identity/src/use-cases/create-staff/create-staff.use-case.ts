import { identity, type RequestOf, type StaffId } from '#libs/contracts';
import { isUniqueViolation, newId } from '#libs/database';
import { SlipwayError } from '#libs/errors';
import { Answers, UseCase, Writes, type Call } from '#libs/messaging';
import { hashPassword } from '../../passwords';
import { StaffMember } from '../../storage/entities';
import { describeStaff } from '../read-staff/read-staff.use-case';

/** @throws identity.email_taken */
@UseCase()
export class CreateStaff {
  constructor(private readonly writes: Writes) {}

  @Answers(identity.createStaff)
  async execute(request: RequestOf<typeof identity.createStaff>, call: Call) {
    const { password, ...details } = request;
    const create = this.writes.once(call, request, async ({ manager }) => {
      const member = manager.create(StaffMember, {
        ...details,
        id: newId<StaffId>(),
        passwordHash: await hashPassword(password),
        active: true,
        createdAt: new Date(),
      });
      await manager.insert(StaffMember, member);
      return describeStaff(member);
    });
    const { reply } = await create.catch(orEmailTaken);
    return reply;
  }
}

function orEmailTaken(error: unknown): never {
  if (!isUniqueViolation(error, 'staff_email_key')) throw error;
  throw new SlipwayError('identity.email_taken', 'Somebody of the staff has this e-mail address.', {
    fields: [{ pointer: '/email', detail: 'Choose another address.' }],
  });
}
