// One system of some apps for a benchmark that needs no partners in it.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfNeeded } from '../../deploy/embedded/build.mjs';
import { startSystem } from '../../deploy/embedded/system.mjs';

/** @param {import('../../deploy/embedded/system.mjs').SystemOptions['apps']} apps */
export async function startLoneSystem(apps) {
  await buildIfNeeded({ log: console.error });
  const home = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const masterKey = randomBytes(32).toString('hex');
  const system = await startSystem({
    ...{ dataDir: join(home, 'data'), natsPrefix: join(home, 'nats-server'), apps, masterKey },
    ...{ gatewayPort: 0, adminPort: 0, trustRegistration: true, staffSecondFactor: 'optional' },
    ...{ adminEmail: 'admin@provider.example', adminPassword: randomBytes(12).toString('hex') },
  });
  /** Stops it, and removes what it has stored. */
  const end = async () => {
    await system.stop();
    rmSync(home, { recursive: true, force: true });
  };
  return { system, masterKey, end };
}
