import { Algorithm, hashSync, verifySync } from '@node-rs/argon2';

/** What a password thread does; each costs some ten milliseconds of a core. */
export type Argon2Task =
  { kind: 'hash'; password: string } | { kind: 'compare'; password: string; passwordHash: string };

export type Argon2Result = { hash: string } | { matches: boolean } | { failed: string };

/** Argon2id with OWASP's smallest recommended parameters: 19 MiB, two passes, one lane. */
const options = { algorithm: Algorithm.Argon2id, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

export function perform(task: Argon2Task): Argon2Result {
  try {
    if (task.kind === 'hash') return { hash: hashSync(task.password, options) };
    return { matches: verifySync(task.passwordHash, task.password) };
  } catch (error) {
    return { failed: String(error) };
  }
}
