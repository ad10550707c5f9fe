import { Inject, Injectable } from '@nestjs/common';
import type { Scope } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import type { RpcContext } from '#libs/rpc';
import { IdentityConfig } from '../config';
import type { AttemptLimit } from '../domain/attempts';
import { networkOf } from '#libs/turns';
import type { Subject } from '../storage/attempts.repository';

/** What anybody can invent as fast as they can send it. A right secret needs no row, so that who shares one loses nothing. */
const rowsOfKeysMax = 2 ** 16;
export const rowsOfAddressesMax = 2 ** 20;

/** Whose failures are counted, and how many are too many. */
@Injectable()
export class GuessLimits {
  private readonly ofOne: AttemptLimit;
  private readonly ofAddress: AttemptLimit;

  constructor(@Inject(IdentityConfig) config: IdentityConfig) {
    this.ofOne = {
      attemptsMax: config.SLIPWAY_FAILURES_MAX,
      windowSeconds: config.SLIPWAY_FAILURES_SECONDS,
      doubling: {
        firstSeconds: config.SLIPWAY_FAILURE_WAIT_SECONDS,
        secondsMax: config.SLIPWAY_FAILURE_WAIT_SECONDS_MAX,
      },
    };
    this.ofAddress = { attemptsMax: config.SLIPWAY_FAILURES_PER_ADDRESS, windowSeconds: 60 };
  }

  /** Somebody, by the name that was typed: whether or not anybody has it. */
  name(scope: Scope, name: string): Subject {
    return { name: `name/${scope}/${name}`, limit: this.ofOne };
  }

  /** The same somebody, where they have signed in before. */
  device(scope: Scope, tokenHash: Buffer): Subject {
    return { name: `device/${scope}/${tokenHash.toString('hex')}`, limit: this.ofOne };
  }

  key(scope: Scope, applicationId: string): Subject {
    return { name: `key/${scope}/${applicationId}`, limit: this.ofOne, rowsMax: rowsOfKeysMax };
  }

  /** None for what came without one: a call that no request has caused. */
  address({ address }: RpcContext): Subject[] {
    if (address === undefined) return [];
    return [{ name: `address/${networkOf(address)}`, limit: this.ofAddress, rowsMax: rowsOfAddressesMax }];
  }
}

export const tooManyFailures = (retryAfterSeconds: number) =>
  new SlipwayError('identity.too_many_failures', 'Too many attempts have failed. Wait before you try again.', {
    retryAfterSeconds,
  });
