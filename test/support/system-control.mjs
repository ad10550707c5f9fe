// Starts, breaks and stops whole systems for the tests, on behalf of the Jest workers (libs/testing/src/system.ts).
import { randomBytes, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { removeDataFolder, startSystem } from '../../deploy/embedded/system.mjs';

export class SystemControl {
  #systems = new Map();
  #server;
  #options;

  static async listen(options) {
    const control = new SystemControl();
    control.#options = options;
    control.#server = createServer((request, response) => void control.#answer(request, response));
    await new Promise((done) => control.#server.listen(0, '127.0.0.1', done));
    return control;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** @returns what a test needs to know of a running system; kept by its id */
  async start({ name = 'system', copies = {}, env = {}, trustRegistration = false } = {}) {
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
      trustRegistration,
      natsPrefix: this.#options.natsPrefix,
      copies,
      env: { SLIPWAY_RECONCILE_SECONDS: '2', ...env },
      log: () => undefined,
    });
    await system.waitReady();
    this.#systems.set(id, system);
    const { gatewayUrl, adminUrl, gatewayUrls, adminUrls, databaseUrl, natsUrl, names } = system;
    return { id, gatewayUrl, adminUrl, gatewayUrls, adminUrls, databaseUrl, natsUrl, names, dataDir, masterKey, admin };
  }

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

  /** POST {command, id?, …} → JSON. */
  async #answer(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    try {
      const result = await this.#run(JSON.parse(Buffer.concat(chunks).toString()));
      response.end(JSON.stringify(result ?? {}));
    } catch (error) {
      response.statusCode = 500;
      response.end(JSON.stringify({ error: String(error?.stack ?? error) }));
    }
  }

  async #run({ command, id, name, signal, path, options }) {
    if (command === 'start') return this.start(options);
    if (command === 'stop') return this.stop(id);
    const system = this.#systems.get(id);
    if (!system) throw new Error(`no system ${id}`);
    if (command === 'kill') return system.kill(name, signal);
    if (command === 'pid') return { pid: system.pid(name) };
    if (command === 'stopChild') return system.stopChild(name);
    if (command === 'startChild') return system.startChild(name);
    if (command === 'waitReady') return system.waitReady();
    if (command === 'removeFolder') return rmSync(join(system.dataDir, path), { recursive: true, force: true });
    throw new Error(`no command ${command}`);
  }
}
