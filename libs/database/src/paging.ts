import { SlipwayError } from '#libs/errors';

/** Lists run newest first by id (UUIDv7); the cursor is the last id seen, opaque to clients. */
export const cursorOf = (id: string): string => Buffer.from(id).toString('base64url');

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The id after which to go on, or null at the start. */
export function afterCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const id = Buffer.from(cursor, 'base64url').toString();
  if (uuid.test(id)) return id;
  throw new SlipwayError('invalid_request', 'The cursor is not one of ours.', {
    fields: [{ pointer: '/cursor', detail: 'Use nextCursor of the previous page, unchanged.' }],
  });
}

/** `rows` holds one more than `limit` when there is a next page. */
export function pageOf<Row extends { id: string }>(
  rows: Row[],
  limit: number,
): { rows: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, nextCursor: rows.length > limit && last ? cursorOf(last.id) : null };
}
