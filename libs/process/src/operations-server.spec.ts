import { metrics } from '#libs/observability';
import { OperationsServer, type Health } from './operations-server';

let health: () => Promise<Health>;
let server: OperationsServer;
const ending = { begun: false };

beforeAll(async () => {
  server = await OperationsServer.listen({ port: 0, host: '127.0.0.1', health: () => health(), ending });
});

afterAll(() => server.close());

const get = (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`);

describe('the port for operators', () => {
  it('tells that the process runs, whatever it lacks', async () => {
    health = () => Promise.resolve({ broker: false });
    const reply = await get('/healthz');
    expect([reply.status, await reply.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('tells that the process can do its work', async () => {
    health = () => Promise.resolve({ database: true, broker: true });
    const reply = await get('/readyz');
    expect([reply.status, await reply.json()]).toEqual([200, { status: 'ok', database: true, broker: true }]);
  });

  it('tells what the process lacks', async () => {
    health = () => Promise.resolve({ database: true, broker: false });
    const reply = await get('/readyz');
    expect([reply.status, await reply.json()]).toEqual([503, { status: 'unavailable', database: true, broker: false }]);
  });

  it('tells that the process is stopping, whatever it could still do', async () => {
    health = () => Promise.resolve({ database: true, broker: true });
    ending.begun = true;
    const reply = await get('/readyz');
    expect([reply.status, await reply.json()]).toEqual([503, { status: 'stopping' }]);
    expect((await get('/healthz')).status).toBe(200);
    ending.begun = false;
  });

  it('does not call a process ready that cannot tell', async () => {
    health = () => Promise.reject(new Error('no'));
    expect((await get('/readyz')).status).toBe(500);
  });

  it('gives the figures as Prometheus reads them', async () => {
    metrics.httpRequests.inc({ method: 'GET', route: '/v1/things', status: 200 });
    const reply = await get('/metrics');
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await reply.text()).toMatch(/^# TYPE \w+ counter$/m);
  });

  it('knows nothing else', async () => {
    expect((await get('/v1/account')).status).toBe(404);
  });
});
