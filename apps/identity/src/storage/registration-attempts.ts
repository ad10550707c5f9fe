import { Injectable } from '@nestjs/common';
import { asUnavailable, Database } from '#libs/database';
import { addressGroup } from '../domain/address-group';

const windowSeconds = 3_600;
/** How many windows that have ended one attempt clears away: more than one attempt begins. */
const clearedAtOnce = 20;

interface Counted {
  attempts: number;
  ends_at: Date;
}

/** Registrations by address, for all copies: an hour begins with the first attempt. */
@Injectable()
export class RegistrationAttempts {
  constructor(private readonly database: Database) {}

  /**
   * Counts one more, in a statement of its own: one that fails later has been counted too. Those beyond the limit do not
   * move the end of the hour. @returns how many there were, and when the hour ends
   */
  async add(address: string, now: Date): Promise<{ attempts: number; endsAt: Date }> {
    const pool = this.database.pool('shared');
    try {
      const { rows } = await pool.query<Counted>(
        `insert into identity.registration_attempts as a (address, attempts, ends_at)
         values ($1, 1, $2::timestamptz + make_interval(secs => $3))
         on conflict (address) do update
           set attempts = case when a.ends_at <= $2 then 1 else a.attempts + 1 end,
               ends_at = case when a.ends_at <= $2 then excluded.ends_at else a.ends_at end
         returning attempts, ends_at`,
        [addressGroup(address), now, windowSeconds],
      );
      await pool.query(
        `delete from identity.registration_attempts where address in (
           select address from identity.registration_attempts where ends_at <= $1 limit $2 for update skip locked)`,
        [now, clearedAtOnce],
      );
      const [counted] = rows;
      return { attempts: counted?.attempts ?? 1, endsAt: counted?.ends_at ?? now };
    } catch (error) {
      throw asUnavailable(error);
    }
  }
}
