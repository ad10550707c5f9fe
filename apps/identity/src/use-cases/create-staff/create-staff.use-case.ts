import { identity, type RequestOf, type StaffId } from '#libs/contracts';
import { isUniqueViolation, newId } from '#libs/database';
import { SlipwayError } from '#libs/errors';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Passwords } from '../../secrets/passwords';
import { requireStillStaff } from '../../storage/callers';
import { StaffMember } from '../../storage/entities';
import { describeStaff } from '../../views/staff.view';

/** @throws identity.weak_password, identity.email_taken */
@UseCase()
export class CreateStaff {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly passwords: Passwords,
  ) {}

  @RpcHandler(identity.createStaff)
  async execute(request: RequestOf<typeof identity.createStaff>, context: RpcContext) {
    const { password, ...details } = request;
    const passwordHash = await this.passwords.hashChosen(password, '/password', context);
    const create = this.transaction.run(context, request, async ({ manager, now }) => {
      await requireStillStaff(manager, staffOf(context));
      const member = manager.create(StaffMember, {
        ...details,
        id: newId<StaffId>(),
        passwordHash,
        active: true,
        version: 1,
        createdAt: now,
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
