import cookie from '@fastify/cookie';
import fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { SessionTransport } from './session-transport';

const name = 'slipway_staff';

let edge: FastifyInstance;

async function edgeAt(publicUrl: string): Promise<FastifyInstance> {
  const sessions = new SessionTransport(publicUrl);
  edge = fastify();
  await edge.register(cookie);
  edge.route({
    method: ['GET', 'POST'],
    url: '/session',
    handler: (request) => ({ bearer: sessions.readBearer(request), cookie: sessions.readCookie(request, name) }),
  });
  edge.post('/sessions', (_request, reply) => sessions.give(reply, name, { accessToken: 'slpt_1', expiresIn: 60 }));
  edge.delete('/sessions', (_request, reply) => {
    sessions.takeBack(reply, name);
    return '';
  });
  return edge;
}

afterEach(() => edge.close());

const attributesOf = (header: unknown) => String(header).split('; ').sort();
const session = async (options: InjectOptions) => (await edge.inject({ url: '/session', ...options })).json<object>();

describe('the cookie of a session', () => {
  it('is for this site alone and no script, and its reply is not stored', async () => {
    const { headers } = await (await edgeAt('http://localhost:8080')).inject({ method: 'POST', url: '/sessions' });
    expect(attributesOf(headers['set-cookie'])).toEqual(
      [`${name}=slpt_1`, 'Path=/', 'HttpOnly', 'SameSite=Lax', 'Max-Age=60'].sort(),
    );
    expect(headers['cache-control']).toBe('no-store');
  });

  it('is bound to the host and to https where the site is https', async () => {
    const { headers } = await (await edgeAt('https://slipway.example')).inject({ method: 'POST', url: '/sessions' });
    expect(attributesOf(headers['set-cookie'])).toEqual(
      [`__Host-${name}=slpt_1`, 'Path=/', 'HttpOnly', 'SameSite=Lax', 'Max-Age=60', 'Secure'].sort(),
    );
    expect(await session({ headers: { cookie: `${name}=other; __Host-${name}=slpt_1` } })).toEqual({
      cookie: 'slpt_1',
    });
  });

  it('is removed by the same name', async () => {
    const { headers } = await (await edgeAt('http://localhost:8080')).inject({ method: 'DELETE', url: '/sessions' });
    expect(attributesOf(headers['set-cookie'])).toEqual(
      [`${name}=`, 'Path=/', 'HttpOnly', 'SameSite=Lax', 'Max-Age=0'].sort(),
    );
  });
});

describe('a session that is presented', () => {
  beforeEach(() => edgeAt('http://localhost:8080'));

  it.each([
    ['nothing', {}, {}],
    ['a bearer', { authorization: 'Bearer slpt_1' }, { bearer: 'slpt_1' }],
    ['a bearer, in small letters', { authorization: 'bearer  slpt_1' }, { bearer: 'slpt_1' }],
    ['another scheme', { authorization: 'Basic YTpi' }, { bearer: '' }],
    ['a cookie', { cookie: `${name}=slpt_1` }, { cookie: 'slpt_1' }],
    ['a cookie among others', { cookie: `a=b; x${name}=no; ${name}=slpt_1; ${name}=second` }, { cookie: 'slpt_1' }],
    ['a cookie that cannot be decoded', { cookie: `${name}=%zz` }, { cookie: '%zz' }],
  ])('%s', async (_what, headers, read) => expect(await session({ headers })).toEqual(read));

  it.each([
    ['GET', { origin: 'http://evil.example' }, 200],
    ['POST', {}, 200],
    ['POST', { origin: 'http://localhost:8080' }, 200],
    ['POST', { origin: 'http://evil.example' }, 500],
    ['POST', { 'sec-fetch-site': 'cross-site' }, 500],
    ['POST', { 'sec-fetch-site': 'same-origin' }, 200],
  ] as const)('%s with %p and the cookie', async (method, headers, status) => {
    const reply = await edge.inject({ method, url: '/session', headers: { ...headers, cookie: `${name}=slpt_1` } });
    expect(reply.statusCode).toBe(status);
    if (status === 500) expect(reply.json()).toMatchObject({ message: 'This request comes from another site.' });
  });

  it('by bearer may come from anywhere', async () => {
    const headers = { origin: 'http://evil.example', authorization: 'Bearer slpt_1' };
    expect(await session({ method: 'POST', headers })).toEqual({ bearer: 'slpt_1' });
  });
});
