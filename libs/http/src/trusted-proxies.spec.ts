import fastify from 'fastify';
import { edgeEnvironment } from '#libs/config';
import { trustedProxies } from './trusted-proxies';

const app = { SLIPWAY_SERVICE_KEY: '0'.repeat(64), SLIPWAY_NATS: 'nats://localhost:4222' };

/** The caller's address, as an edge with this setting sees it. */
async function seen(setting: string | undefined, forwardedFor: string, remoteAddress = '10.1.0.1'): Promise<string> {
  const config = edgeEnvironment.parse({ ...app, ...(setting !== undefined && { SLIPWAY_TRUST_PROXY: setting }) });
  const edge = fastify({ trustProxy: trustedProxies(config) });
  edge.get('/', ({ ip }) => ip);
  const headers = { 'x-forwarded-for': forwardedFor };
  const { body } = await edge.inject({ url: '/', headers, remoteAddress });
  await edge.close();
  return body;
}

describe("the caller's address", () => {
  it.each([undefined, '', '0'])('is that of the connection, where no proxy is trusted (%p)', async (setting) => {
    expect(await seen(setting, '203.0.113.1')).toBe('10.1.0.1');
  });

  it.each([
    ['1', '6.6.6.6, 203.0.113.1', '203.0.113.1'],
    ['1', '203.0.113.1', '203.0.113.1'],
    ['2', '6.6.6.6, 203.0.113.1, 10.1.0.2', '203.0.113.1'],
    ['10.1.0.0/24', '6.6.6.6, 203.0.113.1', '203.0.113.1'],
    ['10.1.0.0/24,192.168.7.7', '6.6.6.6, 203.0.113.1, 192.168.7.7, 10.1.0.2', '203.0.113.1'],
  ])('is what the trusted proxies (%s) have added to %s, never what stood there before', async (setting, given, ip) => {
    expect(await seen(setting, given)).toBe(ip);
  });

  it('is that of the connection, where that is no trusted proxy', async () => {
    expect(await seen('10.1.0.0/24', '203.0.113.1', '198.51.100.9')).toBe('198.51.100.9');
  });

  it.each(['yes', '-1', '1.5', '10.0.0.0/33', '10.0.0.0/8;10.1.0.1', 'proxy.example'])(
    'is not guessed from a setting that cannot be read: %s',
    (setting) => {
      expect(edgeEnvironment.safeParse({ ...app, SLIPWAY_TRUST_PROXY: setting }).success).toBe(false);
    },
  );
});
