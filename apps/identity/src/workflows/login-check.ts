import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/clock';
import { Database } from '#libs/database';
import { Passwords } from '../secrets/passwords';
import { Account, Person, StaffMember } from '../storage/entities';

const compareMsMax = 30_000;

export interface Login {
  /** An e-mail address of the staff; or `username@domain`, of a partner's primary account. */
  name: string;
  password: string;
  of: 'staff' | 'partner';
}

/**
 * Whether logins that were shown once still hold, so that nobody is shown one that does not. To sign in would count as a
 * guess where it has been changed.
 */
@Injectable()
export class LoginCheck {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly clock: Clock,
  ) {}

  async holds({ name, password, of }: Login): Promise<boolean> {
    const passwordHash = await (of === 'staff' ? this.hashOfStaff(name) : this.hashOfPartner(name));
    const waiting = { deadline: this.clock.monotonic() + compareMsMax, isKnown: true };
    return this.passwords.inTurn(waiting, (matches) => matches(password, passwordHash));
  }

  private async hashOfStaff(name: string): Promise<string | undefined> {
    const where = { email: name.toLowerCase(), active: true };
    const member = await this.database.reading('shared', (manager) => manager.findOneBy(StaffMember, where));
    return member?.passwordHash;
  }

  private hashOfPartner(name: string): Promise<string | undefined> {
    const environment = 'production';
    const at = name.lastIndexOf('@');
    const [username, domain] = [name.slice(0, at), name.slice(at + 1)];
    return this.database.reading(environment, async (manager) => {
      const account = await manager.findOneBy(Account, { environment, domain });
      const where = account && ({ environment, accountId: account.id, username } as const);
      return where ? (await manager.findOneBy(Person, where))?.passwordHash : undefined;
    });
  }
}
