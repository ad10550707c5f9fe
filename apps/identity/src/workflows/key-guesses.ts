import { Injectable } from '@nestjs/common';
import type { Environment } from '#libs/contracts';
import type { RpcContext } from '#libs/rpc';
import type { VerifiableKey } from '../storage/key-loader';
import { GuessLimits, tooManyFailures } from './guess-limits';
import { RefusedSignIns } from './refused-sign-ins';
import { Throttle } from './throttle';

/**
 * Wrong secrets, counted by application ID and by address, whether or not there is such a key. Only whoever has failed
 * comes here: a right secret always works, and costs nothing more.
 */
@Injectable()
export class KeyGuesses {
  constructor(
    private readonly limits: GuessLimits,
    private readonly throttle: Throttle,
    private readonly refused: RefusedSignIns,
  ) {}

  /** @throws identity.too_many_failures */
  async countFailure(applicationId: string, key: VerifiableKey | undefined, context: RpcContext): Promise<void> {
    const guessers = [this.limits.key(context.scope, applicationId), ...this.limits.address(context)];
    const seconds = await this.throttle.secondsToWait(...guessers);
    if (seconds === 0) return this.throttle.count(...guessers);
    if (key) this.refused.recordOnce(context.scope as Environment, context, whose(key));
    throw tooManyFailures(seconds);
  }
}

const whose = ({ key_id: keyId, account_id: accountId, partner_id: partnerId }: VerifiableKey) => ({
  keyId,
  accountId,
  partnerId,
});
