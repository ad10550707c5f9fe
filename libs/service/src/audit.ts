import { actorOf } from '#libs/contracts';
import { newId, type Tx } from '#libs/database';
import type { RpcContext } from '#libs/rpc';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * B60: one row for an act, in its own transaction: who, what, on what, when, from where. It holds ids alone, no names and
 * nothing that was written, so that no secret can get into it.
 */
export async function recordAct(tx: Tx, context: RpcContext, request: unknown, reply: unknown): Promise<void> {
  const { kind, id } = actorOf(context.caller);
  await tx.manager.query(
    `insert into ${tx.service}.audit (scope, id, at, actor_kind, actor_id, action, targets, address, trace_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ...[tx.scope, newId(), tx.now, kind, id, actionOf(context)],
      ...[JSON.stringify(targetsOf(request, reply)), context.address ?? null, context.traceId],
    ],
  );
}

/** `identity.create-key.v1`: the subject without what differs between scopes. */
const actionOf = ({ subject, scope }: RpcContext): string => subject.replace(`rpc.${scope}.`, '');

/** What the act was about: the ids that the request named and the reply gave. */
function targetsOf(request: unknown, reply: unknown): Record<string, string> {
  const ids = (value: unknown): [string, string][] =>
    Object.entries(value ?? {}).filter(
      (entry): entry is [string, string] =>
        (entry[0] === 'id' || entry[0].endsWith('Id')) && typeof entry[1] === 'string' && uuid.test(entry[1]),
    );
  return Object.fromEntries([...ids(reply), ...ids(request)]);
}
