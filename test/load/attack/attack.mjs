// All attackers at once, against one target after another.
import { setMaxListeners } from 'node:events';
import { pause } from '../../../deploy/embedded/basics.mjs';
import { actUpon } from './actor.mjs';
import { takeUpArms } from './arms.mjs';
import { attackers } from './attackers.mjs';
import { logInAll } from './broker-users.mjs';
import { Client } from './client.mjs';

/** @typedef {import('./arms.mjs').Given} Given */
/** @typedef {Record<string, Record<string, number>>} Tally by attacker, how often each came to what */
/** @typedef {{ gatewayUrl: string, adminUrl: string, natsUrl: string }} Target */

class Attack {
  #over = new AbortController();
  /** @type {Tally} */
  #tally = Object.fromEntries(attackers.map(({ name }) => [name, {}]));
  /** @type {Map<string, Client>} */
  #clients = new Map();
  /** @type {Promise<void>[]} */
  #workers = [];

  /** @param {Target} target @param {import('./arms.mjs').Arms} arms @param {import('./broker-users.mjs').BrokerUser[]} brokerUsers */
  constructor({ gatewayUrl, adminUrl }, arms, brokerUsers) {
    this.brokerUsers = brokerUsers;
    setMaxListeners(0, this.#over.signal);
    const field = {
      // An address of 127.0.0.0/8 reaches no other.
      ...{ gatewayUrl: onIpv4(gatewayUrl), adminUrl: onIpv4(adminUrl), arms, brokerUsers },
      ...{ signal: this.#over.signal, from: (/** @type {string} */ address) => this.#clientAt(address) },
    };
    for (const attacker of attackers)
      for (let worker = 0; worker < attacker.workers; worker += 1)
        this.#workers.push(this.#keepStriking(attacker, field, worker));
  }

  /** @returns {Promise<Tally>} */
  async end() {
    this.#over.abort();
    for (const client of this.#clients.values()) client.close();
    await Promise.all(this.#workers);
    await Promise.all(this.brokerUsers.map(({ connection }) => connection.close()));
    return this.#tally;
  }

  /** @param {import('./attackers.mjs').Attacker} attacker @param {import('./attackers.mjs').Field} field @param {number} worker */
  async #keepStriking({ name, workers, everyMs, strike }, field, worker) {
    const { signal } = field;
    const own = (this.#tally[name] ??= {});
    for (let turn = worker; !signal.aborted; turn += workers) {
      const earliest = pause(everyMs, signal).catch(() => {});
      const outcome = await strike(field, turn).catch((/** @type {Error} */ { message }) => message);
      if (!signal.aborted || outcome === 'held') own[outcome] = (own[outcome] ?? 0) + 1;
      await earliest;
    }
  }

  /** @param {string} address */
  #clientAt(address) {
    const client = this.#clients.get(address) ?? new Client({ localAddress: address });
    this.#clients.set(address, client);
    return client;
  }
}

const onIpv4 = (/** @type {string} */ url) => url.replace('localhost', '127.0.0.1');

/** @type {Given} */
let given;
/** @type {import('./arms.mjs').Arms} */
let arms;
/** @type {Attack | undefined} */
let attack;
actUpon({
  prepare: async (/** @type {Given} */ all) => {
    given = all;
    arms = await takeUpArms(all);
  },
  begin: async (/** @type {Target} */ target) => {
    attack = new Attack(target, arms, await logInAll(target.natsUrl, given.masterKey));
  },
  end: () => attack?.end(),
});
