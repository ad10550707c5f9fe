import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/clock';
import { Database, recordAct, type Tx } from '#libs/database';
import { newTraceId } from '#libs/rpc';
import { newPassword } from '../domain/credentials';
import { Passwords } from '../secrets/passwords';
import { Attempts } from '../storage/attempts.repository';
import { StaffMember } from '../storage/entities';
import { OwnSessions } from '../storage/own-sessions';
import { GuessLimits } from './guess-limits';
import { SecondFactors } from './second-factors';

const hashMsMax = 30_000;

interface Which {
  /** The first administrator there is, unless one is named. */
  email?: string;
  /** Whether they have lost their second factor, too. */
  secondFactor?: boolean;
}

/**
 * A new password for an administrator of the staff who has nobody to ask: whoever runs the installation has it made, and
 * hands it over. Their sessions end, what was guessed at their name is forgotten, and the act is in the audit. Somebody
 * switched off stays so: that was a colleague's decision.
 */
@Injectable()
export class AdminReset {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly secondFactors: SecondFactors,
    private readonly limits: GuessLimits,
    private readonly attempts: Attempts,
    private readonly clock: Clock,
  ) {}

  /** @returns the password; it is kept nowhere. @throws Error in words for the terminal: no such administrator */
  async reset(which: Which): Promise<{ email: string; password: string }> {
    const traceId = newTraceId();
    const password = newPassword();
    const waiting = { deadline: this.clock.monotonic() + hashMsMax, isKnown: true };
    const passwordHash = await this.passwords.hashChosen(password, '', waiting);
    const email = await this.database.transaction('shared', traceId, async (tx) => {
      const admin = await this.find(tx, which.email);
      await tx.manager.update(StaffMember, { id: admin.id }, { passwordHash });
      await OwnSessions.ofStaff(admin.id).endAll(tx.manager);
      if (which.secondFactor) await this.secondFactors.remove(tx, admin.id);
      const by = { kind: 'system' as const, id: null };
      const targets = { staffId: admin.id, secondFactor: which.secondFactor ?? false };
      await recordAct(tx, { by, action: 'identity.reset-admin', targets, traceId });
      return admin.email;
    });
    await this.attempts.forget(this.limits.name('shared', email));
    return { email, password };
  }

  private async find({ manager }: Tx, email?: string): Promise<StaffMember> {
    const admins = await manager.find(StaffMember, {
      where: { role: 'admin', active: true },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    const found = email === undefined ? admins[0] : admins.find((admin) => admin.email === email.toLowerCase());
    if (found) return found;
    if (admins.length === 0) throw new Error('There is no administrator yet: the first is made when Slipway starts.');
    const known = admins.map((admin) => admin.email).join(', ');
    throw new Error(`No administrator has the e-mail address ${email}; there are ${known}.`);
  }
}
