import { tokens, type Environment, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { Revocations } from '../../workflows/revocations';

/** B20: ends the tokens that are live now. */
@UseCase()
export class RevokeApplication {
  constructor(
    private readonly database: Database,
    private readonly revocations: Revocations,
  ) {}

  @RpcHandler(tokens.revokeApplication)
  async execute(request: RequestOf<typeof tokens.revokeApplication>, context: RpcContext) {
    const environment = context.scope as Environment;
    const revocation = await this.database.transaction(environment, context.traceId, (tx) =>
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
