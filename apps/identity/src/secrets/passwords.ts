import { Algorithm, hash, verify } from '@node-rs/argon2';

/** Argon2id with OWASP's smallest recommended parameters: 19 MiB, two passes, one lane. */
const options = { algorithm: Algorithm.Argon2id, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password, options);

let nobodysHash: Promise<string> | undefined;

/** With no hash to compare it costs the same, so that time does not tell whether somebody exists. */
export async function passwordMatches(password: string, passwordHash: string | undefined): Promise<boolean> {
  nobodysHash ??= hashPassword('nobody has this password');
  const matches = await verify(passwordHash ?? (await nobodysHash), password);
  return matches && passwordHash !== undefined;
}
