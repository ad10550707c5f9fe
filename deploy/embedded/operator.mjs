// What whoever runs the installation has a service do, in a process of its own beside the service.
import { join } from 'node:path';
import { CHECKOUT, ClearError } from './basics.mjs';
import { runTool } from './processes.mjs';
import { inheritedEnvironment, mainFileOf } from './services.mjs';
import { loadSetup } from './setup.mjs';

/** @typedef {import('./setup.mjs').SystemSettings} SystemSettings */

/**
 * A command needs the database alone; where the broker is, it is told and does not look.
 * @template Result
 * @param {import('./setup.mjs').Setup['services'][number]} service
 * @param {string[]} words
 * @param {object} place
 * @param {SystemSettings} place.system
 * @param {unknown} [place.input] passwords belong here, and in no list of processes
 * @param {AbortSignal} [place.signal]
 * @returns {Promise<Result>}
 */
export async function serviceCommand(service, words, { system, input, signal }) {
  const env = {
    ...inheritedEnvironment(system.dataDir ?? ''),
    ...loadSetup().serviceEnvironment(service, system),
  };
  const program = [join(CHECKOUT, mainFileOf(service)), ...words];
  const text = input === undefined ? undefined : JSON.stringify(input);
  const { code, output } = await runTool(process.execPath, program, { cwd: CHECKOUT, env, input: text, signal });
  if (code !== 0) throw new ClearError(output.trim());
  // Before it may stand what Node has to say of its own.
  return /** @type {Result} */ (JSON.parse(output.trim().split('\n').at(-1) ?? ''));
}

/**
 * @typedef {object} Login
 * @property {string} name
 * @property {string} password
 * @property {'staff' | 'partner'} of
 */

/** Of each login, whether it still holds: none that has been changed is shown. @param {Login[]} logins @param {SystemSettings} system @param {AbortSignal} signal */
export function checkLogins(logins, system, signal) {
  return /** @type {Promise<boolean[]>} */ (
    serviceCommand('identity', ['check-logins'], { system, input: logins, signal })
  );
}
