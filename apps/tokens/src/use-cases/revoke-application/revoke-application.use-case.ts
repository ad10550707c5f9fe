import { tokens, type Environment, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { Answers, UseCase, type Call } from '#libs/messaging';
import { Revocations } from '../../revocations';

/** B20: ends the tokens that are live now. */
@UseCase()
export class RevokeApplication {
  constructor(
    private readonly database: Database,
    private readonly revocations: Revocations,
  ) {}

  @Answers(tokens.revokeApplication)
  async execute({ applicationId }: RequestOf<typeof tokens.revokeApplication>, call: Call) {
    const environment = call.scope as Environment;
    const revocation = await this.database.transaction(environment, call.traceId, (tx) =>
      this.revocations.raise(tx, environment, applicationId, new Date()),
    );
    this.revocations.push(environment, revocation);
    return {};
  }

  @Answers(tokens.listRevocations)
  async list(_request: object, call: Call) {
    return { items: await this.revocations.list(call.scope as Environment) };
  }
}
