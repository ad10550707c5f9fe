import fastify, { type FastifyInstance } from 'fastify';
import { serveFrontPage } from './front-page';
import { securityHeaders } from './security-headers';

describe('the first page of an edge without a site', () => {
  let edge: FastifyInstance;

  beforeAll(() => {
    edge = fastify();
    edge.addHook('onRequest', (_request, reply, done) => {
      void reply.headers(securityHeaders);
      done();
    });
    serveFrontPage(edge, 'Slipway for partners');
  });
  afterAll(() => edge.close());

  it('says what this is and leads to the documentation, the description and the health', async () => {
    const { statusCode, headers, body } = await edge.inject({ url: '/', headers: { accept: 'text/html' } });
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).toContain('<title>Slipway for partners</title>');
    const links = [...body.matchAll(/href="([^"]+)"/g)].map(([, href]) => href);
    expect(links).toEqual(['/docs', '/v1/openapi.json', '/healthz', '/readyz']);
  });

  it('has our security headers, and may load and run nothing', async () => {
    const { headers } = await edge.inject({ method: 'HEAD', url: '/' });
    expect(headers).toMatchObject({ ...securityHeaders, 'content-security-policy': expect.any(String) as string });
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
    expect(headers['cache-control']).toBe('no-cache');
  });
});
