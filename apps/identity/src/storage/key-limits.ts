import { Inject, Injectable } from '@nestjs/common';
import { IdentityConfig } from '../config';

/** B15: how many keys an account may have: what staff has set for the partner, else the setting's number. */
@Injectable()
export class KeyLimits {
  constructor(@Inject(IdentityConfig) private readonly config: IdentityConfig) {}

  of(own: number | null): number {
    return own ?? this.config.SLIPWAY_KEY_LIMIT;
  }
}
