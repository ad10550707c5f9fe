import { Inject, Injectable } from '@nestjs/common';
import type { SessionId } from '#libs/contracts';
import { newId, type Tx } from '#libs/database';
import { IdentityConfig } from '../config';
import { hashSession } from '../domain/credentials';
import type { Live, OwnSessions } from '../storage/own-sessions';

const ago = (now: Date, seconds: number): Date => new Date(now.getTime() - seconds * 1_000);

/** How sessions begin, and what they are worth as time goes on. */
@Injectable()
export class SessionLife {
  constructor(@Inject(IdentityConfig) private readonly config: IdentityConfig) {}

  /** Ends what is over, and what is more than a person may have. Whose they are is locked by whoever calls. */
  async begin(
    { manager, now }: Tx,
    sessions: OwnSessions,
    accessToken: string,
    { address = null, userAgent = null }: { address?: string | null; userAgent?: string | null },
  ): Promise<void> {
    await sessions.insert(manager, {
      id: newId<SessionId>(),
      tokenHash: hashSession(accessToken),
      address,
      userAgent,
      now,
      expiresAt: ago(now, -this.config.SLIPWAY_SESSION_SECONDS),
    });
    await sessions.keepLatest(manager, this.liveAt(now), this.config.SLIPWAY_SESSIONS_PER_PERSON);
  }

  liveAt(now: Date): Live {
    return { now, idleSince: ago(now, this.config.SLIPWAY_SESSION_IDLE_SECONDS) };
  }

  isRecent(signedInAt: Date, now: Date): boolean {
    return signedInAt > ago(now, this.config.SLIPWAY_RECENT_SIGN_IN_SECONDS);
  }

  /** Up to then a use is noted already: a session is not written at every request. */
  notedSince(now: Date): Date {
    return ago(now, Math.min(60, this.config.SLIPWAY_SESSION_IDLE_SECONDS / 10));
  }
}
