// Starts, breaks and stops whole systems for the tests, on behalf of the Jest workers (libs/testing/src/system.ts).
import { randomBytes, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { removeDataFolder } from '../../deploy/embedded/data-folder.mjs';
import { startSystem } from '../../deploy/embedded/system.mjs';

/** @typedef {import('../../deploy/embedded/system.mjs').System} System */
/** @typedef {import('../../deploy/embedded/system.mjs').SystemOptions} SystemOptions */
/** @typedef {'apps' | 'copies' | 'databaseUrl' | 'env' | 'infrastructure' | 'release' | 'trustRegistration'} Chosen */
/** @typedef {{ name?: string } & Partial<Pick<SystemOptions, Chosen>>} StartOptions */
/** @typedef {SystemOptions['infrastructure']} Infrastructure */
/** @typedef {{ home: string, natsPrefix: string, infrastructure?: Infrastructure }} ControlOptions */

/**
 * @typedef {{ command: 'start', options?: StartOptions }
 *   | { command: 'stop' | 'waitReady', id: string }
 *   | { command: 'kill', id: string, name: string, signal: NodeJS.Signals }
 *   | { command: 'setUpRelease', id: string, release?: string }
 *   | { command: 'changeRelease', id: string, name: string, release?: string }
 *   | { command: 'pid' | 'stopChild' | 'startChild', id: string, name: string }
 *   | { command: 'removeFolder', id: string, path: string }} Command
 */

export class SystemControl {
  /** @type {Map<string, System>} */
  #systems = new Map();
  #server = createServer((request, response) => void this.#respond(request, response));
  #options;

  /** @param {ControlOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /** @param {ControlOptions} options */
  static async listen(options) {
    const control = new SystemControl(options);
    await new Promise((done) => control.#server.listen(0, '127.0.0.1', () => done(undefined)));
    return control;
  }

  get url() {
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    return `http://127.0.0.1:${port}`;
  }

  /**
   * What a test needs to know of a running system; kept by its id.
   * @param {StartOptions} [options]
   */
  async start({ name = 'system', env = {}, ...chosen } = {}) {
    const id = randomUUID();
    const dataDir = join(this.#options.home, `${name}-${id.slice(0, 8)}`);
    const masterKey = randomBytes(32).toString('hex');
    const admin = { email: 'admin@provider.example', password: `admin-${randomBytes(12).toString('hex')}` };
    const system = await startSystem({
      dataDir,
      gatewayPort: 0,
      adminPort: 0,
      masterKey,
      adminEmail: admin.email,
      adminPassword: admin.password,
      staffSecondFactor: 'optional',
      natsPrefix: this.#options.natsPrefix,
      infrastructure: this.#options.infrastructure,
      ...chosen,
      env: {
        SLIPWAY_RECONCILE_SECONDS: '2',
        // All tests register from one address.
        SLIPWAY_REGISTRATIONS_PER_HOUR: '1000000',
        // Nobody listens there: no test asks the resolvers of the machine it runs on.
        SLIPWAY_DNS_SERVERS: '127.0.0.1:1',
        // Every spec file signs in as the first administrator.
        SLIPWAY_SESSIONS_PER_PERSON: '200',
        ...env,
      },
      log: () => undefined,
    });
    await system.waitReady();
    this.#systems.set(id, system);
    const { gatewayUrl, adminUrl, gatewayUrls, adminUrls, databaseUrl, natsUrl, names } = system;
    return { id, gatewayUrl, adminUrl, gatewayUrls, adminUrls, databaseUrl, natsUrl, names, dataDir, masterKey, admin };
  }

  /** @param {string} id */
  async stop(id) {
    const system = this.#systems.get(id);
    this.#systems.delete(id);
    if (!system) return;
    await system.stop();
    await removeDataFolder(system.dataDir);
  }

  async close() {
    await Promise.all([...this.#systems.keys()].map((id) => this.stop(id)));
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /**
   * POST {command, id?, …} → JSON.
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async #respond(request, response) {
    try {
      const command = /** @type {Command} */ (await json(request));
      const result = await this.#run(command);
      response.end(JSON.stringify(result ?? {}));
    } catch (error) {
      response.statusCode = 500;
      response.end(JSON.stringify({ error: error instanceof Error ? error.stack : String(error) }));
    }
  }

  /** @param {Command} given */
  async #run(given) {
    if (given.command === 'start') return this.start(given.options);
    if (given.command === 'stop') return this.stop(given.id);
    const system = this.#systems.get(given.id);
    if (!system) throw new Error(`no system ${given.id}`);
    switch (given.command) {
      case 'kill':
        return system.kill(given.name, given.signal);
      case 'pid':
        return { pid: system.pid(given.name) };
      case 'setUpRelease':
        return system.setUpRelease(given.release);
      case 'changeRelease':
        return system.changeRelease(given.name, given.release);
      case 'stopChild':
        return system.stopChild(given.name);
      case 'startChild':
        return system.startChild(given.name);
      case 'waitReady':
        return system.waitReady();
      case 'removeFolder':
        return rmSync(join(system.dataDir, given.path), { recursive: true, force: true });
      default:
        throw new Error(`no such command: ${JSON.stringify(given)}`);
    }
  }
}
