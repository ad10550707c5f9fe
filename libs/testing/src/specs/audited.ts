import type { Caller, ReplyOf, RequestOf, RpcMethod, Scope } from '#libs/contracts';
import { newTraceId } from '#libs/rpc';
import type { OpenedService } from './open-service';

/** A row of a service's audit log, whole. */
interface AuditRow {
  scope: Scope;
  id: string;
  at: Date;
  actor_kind: string;
  actor_id: string | null;
  action: string;
  outcome: string;
  targets: Record<string, string | boolean>;
  address: string | null;
  trace_id: string;
}

export const address = '203.0.113.9';

/**
 * Has somebody act, from an address and under a trace id of its own, and looks at what that has left in the audit log:
 * whole rows, so that nothing can stand in them unnoticed.
 */
export async function audited<M extends RpcMethod>(
  service: OpenedService,
  method: M,
  scope: Scope,
  request: RequestOf<M>,
  caller: Caller,
  idempotencyKey?: string,
): Promise<{ rows: AuditRow[]; traceId: string; reply: PromiseSettledResult<ReplyOf<M>> }> {
  const traceId = newTraceId();
  const [reply] = await Promise.allSettled([
    service.call(method, scope, request, caller, { traceId, address, idempotencyKey }),
  ]);
  const { rows } = await service.admin.query<AuditRow>(
    `select * from ${service.database.service}.audit where trace_id = $1 order by id`,
    [traceId],
  );
  return { rows, traceId, reply };
}
