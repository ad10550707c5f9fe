import { Inject, Injectable } from '@nestjs/common';
import type { Scope } from '#libs/contracts';
import { Database, recordAct, type Tx } from '#libs/database';
import { SERVICE_KEY, purposeKey } from '#libs/crypto';
import type { RpcContext } from '#libs/rpc';
import { actOf } from './audit';
import { runOnce } from './idempotency';
import { Refusal } from './refusal';

/**
 * What every use case that changes something runs in: one transaction under one scope's role, answered once per
 * Idempotency-Key, with a row of the audit log.
 */
@Injectable()
export class IdempotentTransaction {
  private readonly fingerprintKey: Buffer;

  constructor(
    private readonly database: Database,
    @Inject(SERVICE_KEY) serviceKey: string,
  ) {
    this.fingerprintKey = purposeKey(serviceKey, 'idempotency');
  }

  /**
   * @param work may return a `Refusal`: what it wrote is kept, the act is recorded as refused, and the error thrown
   * @param record what of the reply may be stored for a repetition; never a secret
   * @param scope the database role; the call's own unless the effect belongs to another scope
   */
  async run<Reply>(
    context: RpcContext,
    request: unknown,
    work: (tx: Tx) => Promise<Reply | Refusal>,
    { record, scope = context.scope }: { record?: (reply: Reply) => Reply; scope?: Scope } = {},
  ): Promise<{ reply: Reply; replayed: boolean }> {
    const repeatable = {
      caller: context.caller,
      subject: context.subject,
      idempotencyKey: context.idempotencyKey,
      request,
    };
    const { reply, replayed } = await this.database.transaction(scope, context.traceId, (tx) =>
      runOnce(tx, this.fingerprintKey, repeatable, () => this.act(tx, context, request, work), record),
    );
    if (reply instanceof Refusal) throw reply.error;
    if (replayed) context.replayed = true;
    return { reply, replayed };
  }

  /** A repetition that is answered from the record is no act of its own. */
  private async act<Reply>(
    tx: Tx,
    context: RpcContext,
    request: unknown,
    work: (tx: Tx) => Promise<Reply | Refusal>,
  ): Promise<Reply | Refusal> {
    const reply = await work(tx);
    const refused = reply instanceof Refusal;
    await recordAct(tx, { ...actOf(context, request, refused ? {} : reply), outcome: refused ? 'refused' : 'done' });
    return reply;
  }
}
