import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/clock';
import type { CallerSession, Scope, SessionId } from '#libs/contracts';
import { Database } from '#libs/database';
import type { RpcContext } from '#libs/rpc';
import { hashSession } from '../domain/credentials';
import type { Live } from '../storage/own-sessions';
import { SessionLife } from './session-life';

/** What is read of a session beside whose it is. */
export interface UsedSession {
  id: SessionId;
  signed_in_at: Date;
  last_used_at: Date;
}

const tableIn = (scope: Scope): string => (scope === 'shared' ? 'identity.staff_sessions' : 'identity.sessions');

/** The use of sessions: read at every request, written at few. */
@Injectable()
export class SessionUse {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly life: SessionLife,
  ) {}

  /** The row of a live session. @param find reads it: whose it is lies in tables of its own */
  async read<Row extends UsedSession>(
    { scope, traceId }: RpcContext,
    { accessToken, isUse }: { accessToken: string; isUse: boolean },
    find: (tokenHash: Buffer, live: Live) => Promise<Row | undefined>,
  ): Promise<{ row: Row; session: Omit<CallerSession, 'secondFactor'> } | undefined> {
    const now = this.clock.date();
    const row = await find(hashSession(accessToken), this.life.liveAt(now));
    if (!row) return undefined;
    if (isUse) await this.note(scope, traceId, row, now);
    return { row, session: { id: row.id, signedInRecently: this.life.isRecent(row.signed_in_at, now) } };
  }

  /** To the minute. Of many requests at once, one writes. */
  private async note(scope: Scope, traceId: string, row: UsedSession, now: Date): Promise<void> {
    const since = this.life.notedSince(now);
    if (row.last_used_at > since) return;
    await this.database.transaction(scope, traceId, ({ manager }) =>
      manager.query(`update ${tableIn(scope)} set last_used_at = $2 where id = $1 and last_used_at <= $3`, [
        row.id,
        now,
        since,
      ]),
    );
  }
}
