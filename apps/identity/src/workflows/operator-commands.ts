import { z } from 'zod';
import type { OperatorCommand } from '#libs/service';
import { Passwords } from '../secrets/passwords';
import { Attempts } from '../storage/attempts.repository';
import { AdminReset } from './admin-reset';
import { GuessLimits } from './guess-limits';
import { LoginCheck } from './login-check';
import { SecondFactors } from './second-factors';

const logins = z.array(z.object({ name: z.string(), password: z.string(), of: z.enum(['staff', 'partner']) }));

/** What whoever runs the installation can have this service do (docs/containers.md; `npm run admin:reset`). */
export const operatorCommands: Record<string, OperatorCommand> = {
  /** `reset-admin [e-mail address] [--second-factor]`: prints the administrator's new password, this once. */
  'reset-admin': {
    providers: [AdminReset, Attempts, GuessLimits, Passwords, SecondFactors],
    run: (get, { words }) =>
      get(AdminReset).reset({
        email: words.find((word) => !word.startsWith('--')),
        secondFactor: words.includes('--second-factor'),
      }),
  },
  /** Reads logins as JSON, prints of each whether it still holds. */
  'check-logins': {
    providers: [LoginCheck, Passwords],
    run: async (get, { input }) =>
      Promise.all(logins.parse(await input()).map((login) => get(LoginCheck).holds(login))),
  },
};
