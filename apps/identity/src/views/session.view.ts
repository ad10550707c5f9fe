import type { SessionId } from '#libs/contracts';
import type { SessionRow } from '../storage/own-sessions';

export const describeSession = (row: SessionRow, current: SessionId) => ({
  id: row.id,
  createdAt: row.created_at.toISOString(),
  lastUsedAt: row.last_used_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  address: row.address,
  userAgent: row.user_agent,
  current: row.id === current,
});
