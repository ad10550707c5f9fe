// The yardstick: oidc-provider with its clients in Postgres, client credentials, JWT access tokens signed with ES256.
// Settings come in as JSON: { port, databaseUrl, workers }. Sends `ready` to its parent.
import cluster from 'node:cluster';
import { generateKeyPairSync } from 'node:crypto';
import pg from 'pg';
import Provider from 'oidc-provider';

/** @type {{ port: number, databaseUrl: string, workers: number }} */
const { port, databaseUrl, workers } = JSON.parse(process.argv[2] ?? '');
/** @typedef {import('oidc-provider').Adapter} Adapter */
/** @typedef {import('oidc-provider').AdapterPayload} AdapterPayload */

const pool = new pg.Pool({ connectionString: databaseUrl, max: 8 });
const issuer = `http://localhost:${port}`;

/** As the library's documentation asks for: one table, a row per model and id. @implements {Adapter} */
class PostgresAdapter {
  /** @param {string} model */
  constructor(model) {
    this.model = model;
  }

  /** @param {string} id @returns {Promise<AdapterPayload | undefined>} */
  async find(id) {
    /** @type {import('pg').QueryResult<{ payload: AdapterPayload }>} */
    const { rows } = await pool.query({
      name: 'find',
      text: 'select payload from peer.models where model = $1 and id = $2',
      values: [this.model, id],
    });
    return rows[0]?.payload;
  }

  /** @param {string} id @param {AdapterPayload} payload */
  async upsert(id, payload) {
    await pool.query('insert into peer.models values ($1, $2, $3) on conflict (model, id) do update set payload = $3', [
      this.model,
      id,
      payload,
    ]);
  }

  async consume() {}

  async destroy() {}

  // What client credentials never call.
  async findByUserCode() {
    return undefined;
  }

  async findByUid() {
    return undefined;
  }

  async revokeByGrantId() {}
}

/** One worker: a provider and a pool of its own, the same key as the others. */
function serve() {
  const resource = 'urn:api';
  const provider = new Provider(issuer, {
    adapter: PostgresAdapter,
    jwks: { keys: [JSON.parse(process.env.PEER_KEY ?? '')] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    scopes: ['api'],
    ttl: { ClientCredentials: 7200 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'api',
          audience: resource,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  });
  provider.listen(port, '127.0.0.1');
}

function lead() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = { ...privateKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'ES256' };
  for (let worker = 0; worker < workers; worker += 1) cluster.fork({ PEER_KEY: JSON.stringify(key) });
  let listening = 0;
  cluster.on('listening', () => {
    listening += 1;
    if (listening === workers) process.send?.('ready');
  });
  // Also when the benchmark was killed; the workers end with this process.
  for (const event of ['SIGTERM', 'disconnect']) process.on(event, () => process.exit(0));
}

if (cluster.isPrimary) lead();
else serve();
