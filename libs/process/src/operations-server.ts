import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metricsText } from '#libs/observability';
import type { Ending } from './ending';

/** What a process needs to do its work, and whether it has it: `{database: true, broker: false}`. */
export type Health = Record<string, boolean>;

interface OperationsSettings {
  /** 0: a free one. */
  port: number;
  host: string;
  health: () => Promise<Health>;
  /** What `/readyz` says beside it, which makes nobody unready. */
  notes?: () => object;
  /** Once it has begun, the process wants nothing more to do. */
  ending: Pick<Ending, 'begun'>;
}

/**
 * What operators ask a process, on a port of its own, apart from what it serves: `/healthz` (it runs), `/readyz` (it
 * can do its work), `/metrics` (Prometheus).
 */
export class OperationsServer {
  private constructor(private readonly server: Server) {}

  static async listen({ port, host, ...rest }: OperationsSettings): Promise<OperationsServer> {
    const server = createServer((request, response) => {
      void respond(request.url ?? '', response, rest).catch(() => response.writeHead(500).end());
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
    return new OperationsServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function respond(
  url: string,
  response: ServerResponse,
  { health, notes = () => ({}), ending }: Omit<OperationsSettings, 'port' | 'host'>,
): Promise<void> {
  if (url === '/healthz') return json(response, 200, { status: 'ok' });
  if (url === '/readyz' && ending.begun) return json(response, 503, { status: 'stopping' });
  if (url === '/readyz') {
    const checks = await health();
    const isReady = Object.values(checks).every(Boolean);
    return json(response, isReady ? 200 : 503, { status: isReady ? 'ok' : 'unavailable', ...checks, ...notes() });
  }
  if (url !== '/metrics') return json(response, 404, { status: 'not found' });
  const { contentType, body } = await metricsText();
  response.writeHead(200, { 'content-type': contentType }).end(body);
}

const json = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
