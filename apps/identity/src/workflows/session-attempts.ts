import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { SessionId } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { Refusal } from '#libs/service';
import { expired } from '../storage/callers';
import type { OwnSessions } from '../storage/own-sessions';

const wrongAttemptsMax = 5;

/**
 * Guessing from within a session: whoever has come by one could try passwords and codes in it without end. The fifth
 * wrong one ends it. Attempts take turns, so that of many at once no more than five are told whether they are right.
 */
@Injectable()
export class SessionAttempts {
  /** @throws session_expired @returns how many were wrong before */
  async begin(manager: EntityManager, sessions: OwnSessions, id: SessionId): Promise<number> {
    const session = await sessions.lock(manager, id);
    if (!session) throw expired();
    return session.wrongAttempts;
  }

  async wrong(
    manager: EntityManager,
    sessions: OwnSessions,
    id: SessionId,
    before: number,
    error: SlipwayError,
  ): Promise<Refusal> {
    if (before + 1 >= wrongAttemptsMax) await sessions.end(manager, id);
    else await sessions.setWrongAttempts(manager, id, before + 1);
    return new Refusal(error);
  }

  async right(manager: EntityManager, sessions: OwnSessions, id: SessionId): Promise<void> {
    await sessions.setWrongAttempts(manager, id, 0);
  }
}

export const wrongPassword = (pointer: string) =>
  new SlipwayError('identity.wrong_password', 'The password is wrong. After five wrong ones this session ends.', {
    fields: [{ pointer, detail: 'This is not your password.' }],
  });

export const wrongCode = () =>
  new SlipwayError(
    'identity.wrong_code',
    'The code is wrong, or was used before. After five wrong ones this session ends.',
    {
      fields: [{ pointer: '/code', detail: 'Give the code that your authenticator shows now, or a recovery code.' }],
    },
  );
