import fastify, { type FastifyInstance } from 'fastify';
import { createLogger } from '#libs/observability';
import { watchMethods } from './other-methods';
import { sendProblem } from './problem';

let edge: FastifyInstance;

beforeAll(async () => {
  edge = fastify();
  const refuseOthers = watchMethods(edge);
  edge.setErrorHandler((error, _request, reply) => sendProblem(reply, error, createLogger('gateway', 'fatal')));
  edge.get('/things', () => 'list');
  edge.post('/things', () => 'make');
  edge.get('/things/:id', () => 'one');
  edge.patch('/things/:thingId', () => 'change');
  edge.delete('/things/current', () => 'end');
  edge.get('/files/*', () => 'file');
  edge.get('/*', (_request, reply) => reply.callNotFound());
  refuseOthers();
  await edge.ready();
});

const send = async (method: string, url: string) => {
  const { statusCode, headers, body } = await edge.inject({ method: method as 'GET', url });
  const allow = headers.allow === undefined ? undefined : String(headers.allow).split(', ').sort();
  return { statusCode, allow, body };
};

describe('an address that is there, by a method that is not', () => {
  it.each([
    ['PUT', '/things', ['GET', 'HEAD', 'POST']],
    ['DELETE', '/things/7', ['GET', 'HEAD', 'PATCH']],
    ['OPTIONS', '/things/7', ['GET', 'HEAD', 'PATCH']],
    ['PROPFIND', '/things', ['GET', 'HEAD', 'POST']],
    ['POST', '/files/a/b', ['GET', 'HEAD']],
  ])('%s %s is 405, with those that there are', async (method, url, allow) => {
    expect(await send(method, url)).toMatchObject({
      statusCode: 405,
      allow,
      body: expect.stringContaining('"method_not_allowed"'),
    });
  });

  it('is found where an address with a parameter has it', async () => {
    expect(await send('GET', '/things/current')).toMatchObject({ statusCode: 200, body: 'one' });
    expect(await send('PUT', '/things/current')).toMatchObject({ allow: ['DELETE', 'GET', 'HEAD', 'PATCH'] });
  });

  it('is 404 where there is nothing at all', async () => {
    for (const method of ['GET', 'PUT']) expect((await send(method, '/nowhere')).statusCode).toBe(404);
  });

  it('and what is there is there as before', async () => {
    for (const [method, url, body] of [
      ['GET', '/things', 'list'],
      ['HEAD', '/things', ''],
      ['POST', '/things', 'make'],
      ['PATCH', '/things/7', 'change'],
    ] as const)
      expect(await send(method, url)).toMatchObject({ statusCode: 200, body });
  });
});
