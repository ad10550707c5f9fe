import { tokens, type Environment, type RequestOf } from '#libs/contracts';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Revocations } from '../../workflows/revocations';

/** B20: ends the tokens that are live now. */
@UseCase()
export class RevokeApplication {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly revocations: Revocations,
  ) {}

  @RpcHandler(tokens.revokeApplication)
  async execute(request: RequestOf<typeof tokens.revokeApplication>, context: RpcContext) {
    const environment = context.scope as Environment;
    const { reply: revocation } = await this.transaction.run(context, request, (tx) =>
      this.revocations.raise(tx, environment, request, tx.now),
    );
    this.revocations.broadcast(environment, revocation);
    return {};
  }

  @RpcHandler(tokens.listRevocations)
  async list(_request: object, context: RpcContext) {
    return { items: await this.revocations.list(context.scope as Environment) };
  }
}
