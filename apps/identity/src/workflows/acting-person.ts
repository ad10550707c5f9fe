import { Injectable } from '@nestjs/common';
import type { PersonCaller } from '#libs/contracts';
import { Database } from '#libs/database';
import { requireStillThere } from '../storage/callers';

/** For an act whose effect belongs to another scope than the person who acts: no role sees both. */
@Injectable()
export class ActingPerson {
  constructor(private readonly database: Database) {}

  /** Keeps the person from being removed until the act has ended. @throws session_expired */
  whileThere<Result>(person: PersonCaller, traceId: string, act: () => Promise<Result>): Promise<Result> {
    return this.database.transaction(person.environment, traceId, async ({ manager }) => {
      await requireStillThere(manager, person);
      return act();
    });
  }
}
