import { Injectable } from '@nestjs/common';
import type { RpcContext } from '#libs/rpc';
import { Passwords } from '../secrets/passwords';
import type { Subject } from '../storage/attempts.repository';
import type { Device } from './known-devices';
import { GuessLimits, tooManyFailures } from './guess-limits';
import { Throttle } from './throttle';

export interface PasswordGuess {
  /** As it was typed, in full: `ada@contoso.example`. */
  name: string;
  device: Pick<Device, 'tokenHash' | 'isKnown'>;
  password: string;
  passwordHash?: string;
}

/**
 * Whether a password is right, for whoever has not failed too often. Failures count by name and by address, whether or
 * not anybody has the name; where somebody has signed in before they count apart, so that no stranger keeps the owner out,
 * neither from elsewhere nor from the same address.
 */
@Injectable()
export class PasswordGuesses {
  constructor(
    private readonly passwords: Passwords,
    private readonly limits: GuessLimits,
    private readonly throttle: Throttle,
  ) {}

  /** @throws identity.too_many_failures before the password is looked at; unavailable */
  async isRight({ name, device, password, passwordHash }: PasswordGuess, context: RpcContext): Promise<boolean> {
    const { scope } = context;
    const fromAddress = this.limits.address(context);
    const guesser = device.isKnown ? this.limits.device(scope, device.tokenHash) : this.limits.name(scope, name);
    const judging = device.isKnown ? [guesser] : [guesser, ...fromAddress];
    // Whoever has to wait anyway takes nobody's place in the queue.
    await this.requireAllowed(judging);
    const { address, deadline } = context;
    return this.passwords.inTurn({ address, deadline, isKnown: device.isKnown }, async (matches) => {
      // Once more: however many came at once, only as many are compared after the last that counts as there are threads.
      await this.requireAllowed(judging);
      const isRight = await matches(password, passwordHash);
      if (!isRight) await this.throttle.count(guesser, ...fromAddress);
      return isRight;
    });
  }

  private async requireAllowed(subjects: Subject[]): Promise<void> {
    const seconds = await this.throttle.secondsToWait(...subjects);
    if (seconds > 0) throw tooManyFailures(seconds);
  }
}
