// A system of its own for as long as something takes: in a temporary folder, on free ports, and nothing of it stays.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeDataFolder } from './data-folder.mjs';
import { startSystem } from './system.mjs';

/** @typedef {import('./system.mjs').SystemOptions} SystemOptions */

/**
 * @param {string} name what the temporary folder begins with
 * @param {Pick<SystemOptions, 'apps' | 'copies' | 'env' | 'hurry' | 'log' | 'signal'>} [options]
 */
export async function startTemporarySystem(name, options = {}) {
  const home = mkdtempSync(join(tmpdir(), `${name}-`));
  const dataDir = join(home, 'data');
  const masterKey = randomBytes(32).toString('hex');
  const admin = { email: 'admin@provider.example', password: randomBytes(12).toString('hex') };
  const removeAll = async () => {
    await removeDataFolder(dataDir);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const system = await startSystem({
      ...{ ...options, dataDir, natsPrefix: join(home, 'nats-server'), masterKey },
      ...{ gatewayPort: 0, adminPort: 0, trustRegistration: true, staffSecondFactor: 'optional' },
      ...{ adminEmail: admin.email, adminPassword: admin.password },
    });
    /** Stops it, and removes what it has stored. */
    const end = async () => {
      await system.stop();
      await removeAll();
    };
    return { system, admin, masterKey, end };
  } catch (error) {
    await removeAll();
    throw error;
  }
}
