import { Injectable } from '@nestjs/common';
import type { Scope } from '#libs/contracts';
import { answeredOnce, Database, type Tx } from '#libs/database';
import type { Call } from './call';

/**
 * What every use case that changes something runs in: one transaction under one scope's role, answered once per
 * Idempotency-Key.
 */
@Injectable()
export class Writes {
  constructor(
    private readonly database: Database,
    private readonly fingerprintKey: Buffer,
  ) {}

  /**
   * @param record what of the reply may be stored for a repetition; never a secret
   * @param scope the database role; the call's own unless the effect belongs to another scope
   */
  once<Reply>(
    call: Call,
    request: unknown,
    work: (tx: Tx) => Promise<Reply>,
    { record, scope = call.scope }: { record?: (reply: Reply) => Reply; scope?: Scope } = {},
  ): Promise<{ reply: Reply; replayed: boolean }> {
    const repeatable = { caller: call.caller, subject: call.subject, idempotencyKey: call.idempotencyKey, request };
    return this.database.transaction(scope, call.traceId, (tx) =>
      answeredOnce(tx, this.fingerprintKey, repeatable, () => work(tx), record),
    );
  }
}
