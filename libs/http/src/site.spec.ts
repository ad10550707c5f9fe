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

const contentSecurityPolicy = "default-src 'none'; script-src 'self'";

@Controller('v1/things')
class ThingsController {
  @Get()
  list() {
    return { items: [] };
  }
}

@Module({ controllers: [ThingsController] })
class EdgeModule {}

let home: string;
let app: NestFastifyApplication;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'slipway-site-'));
  const folder = join(home, 'site');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  mkdirSync(join(folder, '.git'));
  writeFileSync(join(home, 'outside.txt'), 'outside');
  writeFileSync(join(folder, 'index.html'), '<title>first page</title>');
  writeFileSync(join(folder, 'favicon.ico'), 'icon');
  writeFileSync(join(folder, 'assets', 'index-BcD12345.js'), 'script');
  writeFileSync(join(folder, '.env'), 'hidden');
  writeFileSync(join(folder, '.git', 'config'), 'hidden');

  app = await NestFactory.create<NestFastifyApplication>(EdgeModule, new FastifyAdapter(), { logger: false });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(securityHeaders);
    done();
  });
  app.useGlobalFilters(new ProblemFilter({} as Logger));
  await serveSite(fastify, { folder, contentSecurityPolicy });
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
function send(path: string, { method = 'GET', accept = 'text/html,*/*;q=0.8' } = {}): Promise<Reply> {
  const { port } = app.getHttpServer().address() as { port: number };
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ host: '127.0.0.1', port, path, method, headers: { accept } }, (reply) => {
      let body = '';
      reply.on('data', (chunk: Buffer) => (body += chunk.toString()));
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body }));
    });
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
  it.each(['/', '/index.html', '/partners', '/partners/contoso.example', '/a/b?c=d'])(
    'gives a browser its first page at %s, asked for anew each time',
    async (path) => {
      const { status, headers, body } = await send(path);
      expect(status).toBe(200);
      expect(body).toContain('first page');
      expect(headers['content-type']).toMatch(/^text\/html/);
      expect(headers['cache-control']).toBe('no-cache');
      expect(headers['content-security-policy']).toBe(contentSecurityPolicy);
      expect(headers['x-content-type-options']).toBe('nosniff');
    },
  );

  it('tells HEAD the same without the page', async () => {
    const { status, headers, body } = await send('/partners', { method: 'HEAD' });
    expect({ status, body }).toEqual({ status: 200, body: '' });
    expect(headers['content-security-policy']).toBe(contentSecurityPolicy);
  });

  it('lets a file whose name carries a hash be kept for good, and no other', async () => {
    const script = await send('/assets/index-BcD12345.js', { accept: '*/*' });
    expect(script).toMatchObject({ status: 200, body: 'script' });
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const icon = await send('/favicon.ico', { accept: '*/*' });
    expect(icon).toMatchObject({ status: 200, body: 'icon' });
    expect(icon.headers['cache-control']).toBe('no-cache');
  });

  it('leaves the API its answers and its own policy', async () => {
    const { status, headers, body } = await send('/v1/things');
    expect({ status, body }).toEqual({ status: 200, body: '{"items":[]}' });
    expect(headers['content-security-policy']).toBe(securityHeaders['content-security-policy']);
  });

  it.each(['/v1', '/v1/unknown', '/%761/unknown', '/assets/gone-BcD12345.js'])(
    'has no page at %s, where something else has its routes',
    async (path) => expectProblem(await send(path)),
  );

  it('has no page for a program, nor for a change', async () => {
    expectProblem(await send('/metrics', { accept: '*/*' }));
    expectProblem(await send('/partners', { accept: 'application/json' }));
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
