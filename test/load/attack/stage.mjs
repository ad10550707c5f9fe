// A story and an attack on the same system, each with a process of its own, and a provider for both.
import { pause } from '../../../deploy/embedded/basics.mjs';
import { Actor } from './actor.mjs';

/** @typedef {import('./attack.mjs').Target} Target */
/** @typedef {import('./attack.mjs').Tally} Tally */
/** @typedef {import('./story.mjs').TimedCall} TimedCall */
/** @typedef {{ plays: number, calls: TimedCall[], tally: Tally }} Played */
/**
 * @typedef {Target & { databaseUrl: string, masterKey: string, admin: import('./provision.mjs').StaffLogin }} Attacked
 */

/** @param {TimedCall[]} calls @returns {TimedCall[]} those that were refused, cut off, or not replied to */
export const refusedOf = (calls) => calls.filter(({ status, expected }) => status !== expected);

export class Stage {
  #provider = new Actor('stand-in.mjs');
  #dummy = new Actor('stand-in.mjs');
  #story = new Actor('story.mjs');
  #attack = new Actor('attack.mjs');

  /**
   * @param {Attacked} system
   * @returns {Promise<Target>} a dummy that may be attacked in its place
   */
  async set({ gatewayUrl, adminUrl, natsUrl, databaseUrl, masterKey, admin }) {
    const { gatewayUrl: providerUrl } = /** @type {Target} */ (await this.#provider.run('listen'));
    const given = { gatewayUrl, adminUrl, admin, providerUrl };
    const known = await this.#story.run('prepare', given);
    await this.#attack.run('prepare', { ...given, natsUrl, databaseUrl, masterKey, known });
    return this.#dummy.run('listen');
  }

  /**
   * Plays the story over and over, and fires at the target meanwhile, if there is one.
   * @param {{ seconds: number, target?: Target }} options
   * @returns {Promise<Played>}
   */
  async play({ seconds, target }) {
    if (target) await this.#attack.run('begin', target);
    await this.#story.run('begin');
    await pause(seconds * 1_000);
    const played = /** @type {Omit<Played, 'tally'>} */ (await this.#story.run('end'));
    return { ...played, tally: target ? await this.#attack.run('end') : {} };
  }

  clear() {
    for (const actor of [this.#attack, this.#story, this.#dummy, this.#provider]) actor.stop();
  }
}
