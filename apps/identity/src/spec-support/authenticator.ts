import { TOTP, URI } from 'otpauth';
import type { Clock } from '#libs/clock';

/** What somebody of the staff has on their telephone. */
export class Authenticator {
  private readonly totp: TOTP;

  constructor(
    uri: string,
    private readonly clock: Clock,
  ) {
    const read = URI.parse(uri);
    if (!(read instanceof TOTP)) throw new Error(`${uri} is for no authenticator`);
    this.totp = read;
  }

  /** @param steps half minutes from now */
  code(steps = 0): string {
    return this.totp.generate({ timestamp: this.clock.now() + steps * 30_000 });
  }

  hex(): string {
    return this.totp.secret.hex;
  }
}
