import { newId } from './ids';
import type { Tx } from './database';

/** One change, or an attempt at one, as it is kept (B60). Ids and choices, no names and nothing that was written. */
export interface Act {
  /** Nobody has proved to be anybody: `anonymous`. `event`: the consequence of one. `system`: a service on its own. */
  by: { kind: 'person' | 'staff' | 'anonymous' | 'service' | 'event' | 'system'; id: string | null };
  /** `identity.create-key.v1` */
  action: string;
  outcome?: 'done' | 'refused';
  /** On what and for whom; and what of it was a choice among what the contract lists. */
  targets: Record<string, string | boolean>;
  /** Whence the request came. */
  address?: string;
  /** Of the request, or of the event's cause. */
  traceId: string;
  /** Its own id, of which there is one row at most. */
  id?: string;
}

/** Writes the act into the service's append-only audit, in the transaction of the act. */
export async function recordAct(
  { service, scope, now, insertLast }: Pick<Tx, 'service' | 'scope' | 'now' | 'insertLast'>,
  { by, action, outcome = 'done', targets, address, traceId, id }: Act,
): Promise<void> {
  insertLast((parameter) => {
    const who = [scope, id ?? newId(), now, by.kind, by.id, action];
    const what = [outcome, JSON.stringify(targets), address ?? null, traceId];
    return `insert into ${service}.audit (scope, id, at, actor_kind, actor_id, action, outcome, targets, address, trace_id)
      values (${[...who, ...what].map(parameter).join(', ')})
      ${id ? 'on conflict (scope, id) do nothing' : ''}`;
  });
}

/** Many at once, such as what a batch of events has caused. */
export async function recordActs(
  { service, scope, now, manager }: Pick<Tx, 'service' | 'scope' | 'now' | 'manager'>,
  acts: readonly Pick<Act, 'by' | 'action' | 'targets' | 'traceId'>[],
): Promise<void> {
  if (acts.length === 0) return;
  const rows = acts.map(({ by, action, targets, traceId }) => ({
    ...{ id: newId(), actor_kind: by.kind, actor_id: by.id },
    ...{ action, targets, trace_id: traceId },
  }));
  await manager.query(
    `insert into ${service}.audit (scope, id, at, actor_kind, actor_id, action, targets, trace_id)
     select $1, id, $2, actor_kind, actor_id, action, targets, trace_id
     from jsonb_to_recordset($3::jsonb)
       as act (id uuid, actor_kind text, actor_id text, action text, targets jsonb, trace_id text)`,
    [scope, now, JSON.stringify(rows)],
  );
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Names a key, and is no part of its secret. */
const applicationId = /^app_(sbx|live)_\w{1,90}$/;

/** The ids among what something says, so that no secret can get into the audit, whatever it is given. */
export const idsIn = (...sources: unknown[]): Record<string, string> =>
  Object.fromEntries(
    sources
      .flatMap((source) => Object.entries(source ?? {}) as [string, unknown][])
      .filter((entry): entry is [string, string] => isId(...entry)),
  );

const isId = (name: string, value: unknown): boolean =>
  typeof value === 'string' &&
  (name === 'applicationId' ? applicationId.test(value) : (name === 'id' || name.endsWith('Id')) && uuid.test(value));
