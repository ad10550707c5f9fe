import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from '#libs/observability';
import { ProblemFilter } from './problem.filter';
import { securityHeaders } from './security-headers';
import { serveSite } from './site';

const contentSecurityPolicy = (nonce: string) => `default-src 'none'; style-src 'nonce-${nonce}'`;

@Controller()
class ThingsController {
  @Get('v1/things')
  list() {
    return { items: [] };
  }

  @Get('sandbox/api/:product')
  call() {
    return { called: true };
  }
}

@Module({ controllers: [ThingsController] })
class EdgeModule {}

const pages = { home: '/', partners: '/partners', partner: '/partners/:id', keys: '/:environment/keys' };

let home: string;
let app: NestFastifyApplication;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'slipway-site-'));
  const folder = join(home, 'site');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  mkdirSync(join(folder, '.git'));
  writeFileSync(join(home, 'outside.txt'), 'outside');
  writeFileSync(join(folder, 'index.html'), '<title>first page</title><style nonce="__CSP_NONCE__"></style>');
  writeFileSync(join(folder, 'pages.json'), JSON.stringify(pages));
  writeFileSync(join(folder, 'assets', 'index-BcD12345.js'), 'script');
  writeFileSync(join(folder, 'assets', 'index-BcD12345.js.br'), 'compressed by brotli');
  writeFileSync(join(folder, 'assets', 'index-BcD12345.js.gz'), 'compressed by gzip');
  writeFileSync(join(folder, '.env'), 'hidden');
  writeFileSync(join(folder, '.git', 'config'), 'hidden');

  app = await NestFactory.create<NestFastifyApplication>(EdgeModule, new FastifyAdapter(), { logger: false });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(securityHeaders);
    done();
  });
  app.useGlobalFilters(new ProblemFilter({} as Logger));
  await serveSite(fastify, { folder, contentSecurityPolicy, parameters: { environment: ['sandbox', 'production'] } });
  await app.listen(0, '127.0.0.1');
});

afterAll(async () => {
  await app.close();
  rmSync(home, { recursive: true });
});

interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** As it stands: fetch would tidy the address up. */
function send(path: string, { method = 'GET', accept = 'text/html,*/*;q=0.8', encoding = '' } = {}): Promise<Reply> {
  const { port } = app.getHttpServer().address() as { port: number };
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { host: '127.0.0.1', port, path, method, headers: { accept, 'accept-encoding': encoding } },
      (reply) => {
        let body = '';
        reply.on('data', (chunk: Buffer) => (body += chunk.toString()));
        reply.on('end', () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}

const expectProblem = ({ status, headers, body }: Reply) => {
  expect(status).toBe(404);
  expect(headers['content-type']).toContain('application/problem+json');
  expect(headers['content-security-policy']).toBe(securityHeaders['content-security-policy']);
  expect(JSON.parse(body)).toMatchObject({ code: 'not_found' });
};

describe('a site beside the API', () => {
  it.each(['/', '/partners', '/partners/contoso.example', '/sandbox/keys', '/production/keys?c=d'])(
    'gives its first page at %s, with a nonce of its own each time',
    async (path) => {
      const [one, other] = [await send(path), await send(path)];
      expect(one.status).toBe(200);
      expect(one.body).toContain('first page');
      expect(one.headers['content-type']).toMatch(/^text\/html/);
      expect(one.headers['cache-control']).toBe('no-store');
      expect(one.headers['x-content-type-options']).toBe('nosniff');
      const nonce = /nonce="([^"]{20,})"/.exec(one.body)?.[1] ?? '';
      expect(one.headers['content-security-policy']).toBe(contentSecurityPolicy(nonce));
      expect(other.headers['content-security-policy']).not.toBe(one.headers['content-security-policy']);
    },
  );

  it('tells HEAD the same without the page', async () => {
    const { status, headers, body } = await send('/partners', { method: 'HEAD' });
    expect({ status, body }).toEqual({ status: 200, body: '' });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
  });

  it('says at an address that nobody has that there is nothing, by its own page', async () => {
    const { status, body } = await send('/keys/of/nobody');
    expect(status).toBe(404);
    expect(body).toContain('first page');
  });

  it('lets its files be kept for good: another content has another name', async () => {
    const script = await send('/assets/index-BcD12345.js', { accept: '*/*' });
    expect(script).toMatchObject({ status: 200, body: 'script' });
    expect(script.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
  });

  it.each([
    ['br', 'brotli'],
    ['gzip', 'gzip'],
  ])('sends them as they were compressed when it was built: %s', async (encoding, name) => {
    const { headers, body } = await send('/assets/index-BcD12345.js', { accept: '*/*', encoding });
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers['content-type']).toMatch(/javascript/);
    expect(body).toBe(`compressed by ${name}`);
  });

  it('leaves the API its answers and its own policy', async () => {
    const { status, headers, body } = await send('/v1/things');
    expect({ status, body }).toEqual({ status: 200, body: '{"items":[]}' });
    expect(headers['content-security-policy']).toBe(securityHeaders['content-security-policy']);
  });

  it('leaves the API what lies beside its pages', async () => {
    expect((await send('/sandbox/api/orders')).body).toBe('{"called":true}');
  });

  it.each([
    '/v1',
    '/v1/unknown',
    '/%761/unknown',
    '/sandbox/unknown',
    '/production/api/orders',
    '/assets/gone-BcD12345.js',
  ])('has no page at %s, where something else has its routes', async (path) => expectProblem(await send(path)));

  it('has no page for a program, nor for a change', async () => {
    expectProblem(await send('/metrics', { accept: '*/*' }));
    expectProblem(await send('/keys', { accept: 'application/json' }));
    expectProblem(await send('/partners', { method: 'POST' }));
  });

  it.each([
    '/../outside.txt',
    '/..%2foutside.txt',
    '/%2e%2e/outside.txt',
    '/assets/../../outside.txt',
    '/assets/..%2f..%2foutside.txt',
    '/..\\outside.txt',
    '/.env',
    '/%2eenv',
    '/.git/config',
    '//.git/config',
  ])('shows nothing outside its folder and no dot file: %s', async (path) => {
    for (const accept of ['text/html', '*/*']) {
      const { status, body } = await send(path, { accept });
      expect(body).not.toMatch(/outside|hidden/);
      if (accept === '*/*') expect(status).toBeGreaterThanOrEqual(400);
    }
  });
});
