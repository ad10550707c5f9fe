import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apps } from '#libs/contracts';
import { controlOf, sharedSystem } from '#libs/testing';
import { checkout } from '../support/checkout';

const idOf = (flag: '-u' | '-g') => Number(spawnSync('id', [flag, 'slipway'], { encoding: 'utf8' }).stdout);

/** Whether somebody other than root can read what a service is made of. */
function isReadable(): boolean {
  const main = join(checkout, 'dist', 'apps', 'identity', 'src', 'main.js');
  const script = `require('fs').accessSync(${JSON.stringify(main)})`;
  return spawnSync(process.execPath, ['-e', script], { uid: idOf('-u'), gid: idOf('-g'), cwd: '/' }).status === 0;
}

/** Of whom a service runs as where nobody has said it: real, effective, saved and of files. */
function expectedUser(): number {
  const own = process.getuid?.() ?? 0;
  return own === 0 && isReadable() ? idOf('-u') : own;
}

describe('whom the services run as', () => {
  it.each(apps)('%s: nobody with the rights of root, where that can be avoided', async (app) => {
    const pid = await controlOf(sharedSystem()).pid(app);
    const [, ...users] = /^Uid:\t(\d+)\t(\d+)\t(\d+)\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    expect(new Set(users.map(Number))).toEqual(new Set([expectedUser()]));
  });
});
