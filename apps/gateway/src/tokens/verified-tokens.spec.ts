import { createSecretKey } from 'node:crypto';
import { base64url, exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { v7 } from 'uuid';
import { Clock } from '#libs/clock';
import { otherEnvironment, tokens, type Environment, type RpcMethod, type Scope } from '#libs/contracts';
import { SlipwayError, unavailable } from '#libs/errors';
import type { Logger } from '#libs/observability';
import type { RpcClient } from '#libs/rpc';
import type { GatewayConfig } from '../config';
import type { EndedTokens } from './ended-tokens';
import { VerifiedTokens, type VerifiedToken } from './verified-tokens';

const publicUrl = 'https://gateway.example';
const environment: Environment = 'sandbox';
const issuer = `${publicUrl}/${environment}`;
const applicationId = 'app_sbx_1';
const secondMs = 1_000;
const start = Date.UTC(2030, 0, 1);

class SetClock extends Clock {
  constructor(public time: number) {
    super();
  }

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }
}

/** The service `tokens`, as far as the gateway asks it. */
class FakeTokens {
  keys: tokens.PublicKey[] = [];
  calls: string[] = [];
  isDown = false;

  systemContext() {
    return {};
  }

  async call({ name }: RpcMethod, scope: Scope) {
    this.calls.push(name);
    if (this.isDown) throw unavailable();
    return { keys: scope === environment ? this.keys : [] };
  }

  callsOf({ name }: RpcMethod): number {
    return this.calls.filter((called) => called === name).length;
  }
}

/** What has ended tokens, as far as this spec is concerned: whom, and whether that is known. */
class FakeEndedTokens {
  readonly applications = new Set<string>();
  isKnown = true;

  async known(): Promise<void> {
    if (!this.isKnown) throw unavailable();
  }

  requireLive(_environment: Environment, { client_id }: VerifiedToken): void {
    if (this.applications.has(client_id)) throw new SlipwayError('invalid_token', 'ended');
  }
}

const silent = { debug: () => undefined } as unknown as Logger;

let signingKey: CryptoKey;
let publicKey: CryptoKey;
let strangerKey: CryptoKey;
let published: tokens.PublicKey;

let clock: SetClock;
let service: FakeTokens;
let ended: FakeEndedTokens;
let verified: VerifiedTokens;

beforeAll(async () => {
  ({ privateKey: signingKey, publicKey } = await generateKeyPair('ES256', { extractable: true }));
  ({ privateKey: strangerKey } = await generateKeyPair('ES256'));
  published = { ...(await exportJWK(publicKey)), kid: 'known', use: 'sig', alg: 'ES256' } as tokens.PublicKey;
});

beforeEach(() => {
  clock = new SetClock(start);
  service = new FakeTokens();
  service.keys = [published];
  ended = new FakeEndedTokens();
  verified = new VerifiedTokens(
    service as unknown as RpcClient,
    ended as unknown as EndedTokens,
    clock,
    { SLIPWAY_PUBLIC_URL: publicUrl } as GatewayConfig,
    silent,
  );
});

afterEach(() => verified.onApplicationShutdown());

interface Forgery {
  header?: object;
  claims?: JWTPayload;
  key?: Parameters<SignJWT['sign']>[0];
}

const claimsNow = (): JWTPayload => ({
  iss: issuer,
  aud: `${issuer}/api`,
  sub: applicationId,
  client_id: applicationId,
  iat: clock.time / secondMs,
  exp: clock.time / secondMs + 60,
  jti: v7({ msecs: clock.time }),
  partner_id: 'partner',
  account_id: 'account',
  subscription_id: 'subscription',
  product_id: 'product',
});

/** A good token, but for what is given. */
const sign = ({ header, claims, key = signingKey }: Forgery = {}): Promise<string> =>
  new SignJWT({ ...claimsNow(), ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'known', ...header })
    .sign(key, { crit: { b64: true, other: true } });

const encoded = (value: unknown) => base64url.encode(typeof value === 'string' ? value : JSON.stringify(value));
const signatureOf = (token: string) => base64url.decode(token.split('.')[2] ?? '');
const verify = (token: string, ip = '203.0.113.7') =>
  verified.verify(environment, { headers: { authorization: `Bearer ${token}` }, ip });
const refused = (token: string, code = 'invalid_token') => expect(verify(token)).rejects.toMatchObject({ code });

describe('a good token', () => {
  it('is told what it stands for', async () => {
    const claims = claimsNow();
    expect(await verify(await sign({ claims }))).toEqual(claims);
  });

  it('is verified without asking anybody again', async () => {
    const token = await sign();
    const first = await verify(token);
    service.isDown = true;
    const calls = service.calls.length;
    expect(await verify(token)).toBe(first);
    await verify(await sign());
    expect(service.calls).toHaveLength(calls);
  });

  it('is refused from the very second it expires, and clocks may differ, known or not', async () => {
    const token = await sign();
    const another = await sign({ claims: { jti: v7() } });
    clock.time += (60 + tokens.clockToleranceSeconds) * secondMs - 1;
    await verify(token);
    clock.time += 1;
    await refused(token);
    await refused(another);
  });

  it('B23: of a key that may be used from some addresses only, is good there and nowhere else', async () => {
    const token = await sign({ claims: { allowed_addresses: ['203.0.113.0/24', '2001:db8::/32'] } });
    for (const ip of ['203.0.113.7', '::ffff:203.0.113.8', '2001:db8::1']) await verify(token, ip);
    for (const ip of ['203.0.114.7', '2001:db9::1', '::1'])
      await expect(verify(token, ip)).rejects.toMatchObject({ code: 'address_not_allowed', detail: { address: ip } });
    await verify(await sign(), '203.0.114.7');
  });

  it('waits for the public keys where another is asking for them already', async () => {
    const [one, two] = [await sign(), await sign()];
    await Promise.all([verify(one), verify(two)]);
    expect(service.callsOf(tokens.getPublicKeys)).toBe(1);
  });

  it('is not called false because the public keys could not be read', async () => {
    await verify(await sign());
    clock.time += secondMs + 1;
    const fresh = await sign({ header: { kid: 'next' } });
    service.keys = [published, { ...published, kid: 'next' }];
    service.isDown = true;
    await refused(fresh, 'unavailable');
    service.isDown = false;
    await verify(fresh);
  });
});

describe('what is no session token', () => {
  it.each([
    ['nothing', undefined],
    ['no token', 'Bearer '],
    ['another scheme', 'Basic YTpi'],
    ['two words', 'Bearer a b'],
  ])('%s: one is asked for', async (_what, authorization) => {
    await expect(verified.verify(environment, { headers: { authorization }, ip: '203.0.113.7' })).rejects.toMatchObject(
      { code: 'token_required' },
    );
  });

  const signature = 'A'.repeat(86);
  const header = encoded({ alg: 'ES256', typ: 'at+jwt', kid: 'known' });
  const payload = encoded({ iss: issuer });

  it.each([
    ['a word', 'token'],
    ['one part', header],
    ['two parts', `${header}.${payload}`],
    ['four parts', `${header}.${payload}.${signature}.${signature}`],
    ['five parts, as if encrypted', `${header}.${payload}.${payload}.${payload}.${signature}`],
    ['no header', `.${payload}.${signature}`],
    ['no payload', `${header}..${signature}`],
    ['no signature', `${header}.${payload}.`],
    ['a header that is no JSON', `${encoded('{')}.${payload}.${signature}`],
    ['a header that is a list', `${encoded([])}.${payload}.${signature}`],
    ['a payload that is no JSON', `${header}.${encoded('{')}.${signature}`],
    ['a payload that is null', `${header}.${encoded(null)}.${signature}`],
    ['a payload that is text', `${header}.${encoded('"text"')}.${signature}`],
    ['letters of no alphabet', `${header}.${payload}.${'?'.repeat(86)}`],
  ])('%s', async (_what, token) => {
    await refused(token);
    expect(service.calls).toEqual([]);
  });

  it('another spelling of a good signature', async () => {
    const token = await sign();
    await verify(token);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const twin = alphabet[alphabet.indexOf(token.at(-1) ?? '') + 1] ?? '';
    expect(signatureOf(token.slice(0, -1) + twin)).toEqual(signatureOf(token));
    for (const spelling of [token.slice(0, -1) + twin, `${token}=`, `${token}==`, `${token}A`]) await refused(spelling);
  });
});

describe('the signature', () => {
  it('must be of the key that is named, not only of a key that is known', async () => {
    await verify(await sign());
    await refused(await sign({ key: strangerKey }));
    const [head, , end] = (await sign()).split('.');
    await refused([head, encoded({ ...claimsNow(), client_id: 'app_sbx_2' }), end].join('.'));
  });

  it('with an unknown key has the key set read again, once per cooldown', async () => {
    await verify(await sign());
    const unknown = await sign({ header: { kid: 'unknown' } });
    await refused(unknown);
    expect(service.callsOf(tokens.getPublicKeys)).toBe(1);
    clock.time += secondMs + 1;
    await refused(unknown);
    await refused(await sign({ header: { kid: 'stranger' } }));
    expect(service.callsOf(tokens.getPublicKeys)).toBe(2);
    service.keys = [published, { ...published, kid: 'unknown' }];
    clock.time += secondMs + 1;
    await verify(unknown);
    expect(service.callsOf(tokens.getPublicKeys)).toBe(3);
  });

  it('is not left out', async () => {
    const unsigned = `${encoded({ alg: 'none', typ: 'at+jwt', kid: 'known' })}.${encoded(claimsNow())}.`;
    await refused(unsigned);
    await refused(unsigned + 'A'.repeat(86));
  });

  it('is not made with the public key as a shared secret', async () => {
    const key = createSecretKey(Buffer.from(await exportSPKI(publicKey)));
    await refused(await sign({ header: { alg: 'HS256' }, key }));
  });

  it.each([
    ['another type', { typ: 'JWT' }],
    ['the type in another spelling', { typ: 'application/at+jwt' }],
    ['no type', { typ: undefined }],
    ['no key id', { kid: undefined }],
    ['a key id that is no text', { kid: 1 }],
    ['an extension that must be understood', { crit: ['other'], other: 1 }],
    ['an extension that jose understands', { crit: ['b64'], b64: true }],
  ])('does not help a header with %s', async (_what, header) => refused(await sign({ header })));
});

describe('the claims', () => {
  it('of the other environment say where the token would work, and nobody is asked', async () => {
    const other = otherEnvironment(environment);
    const token = await sign({ claims: { iss: `${publicUrl}/${other}` } });
    await expect(verify(token)).rejects.toMatchObject({ code: 'wrong_environment', detail: { environment: other } });
    expect(service.calls).toEqual([]);
  });

  it.each<[string, JWTPayload]>([
    ['another issuer', { iss: 'https://elsewhere.example/sandbox' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: `${publicUrl}/production/api` }],
    ['no audience', { aud: undefined }],
    ['no end', { exp: undefined }],
    ['no id', { jti: undefined }],
    ['no application', { client_id: undefined }],
    ['a beginning that is still to come', { nbf: start / secondMs + tokens.clockToleranceSeconds + 1 }],
  ])('with %s are refused', async (_what, claims) => refused(await sign({ claims })));
});

describe('a token that has ended before it expires', () => {
  it('is refused at every use, though it was good before', async () => {
    const token = await sign();
    await verify(token);
    ended.applications.add(applicationId);
    await refused(token);
    await verify(await sign({ claims: { client_id: 'app_sbx_2' } }));
  });

  it('is not told from a good one before it is known what has ended: there is no verdict', async () => {
    const token = await sign();
    ended.isKnown = false;
    await refused(token, 'unavailable');
    ended.isKnown = true;
    await verify(token);
  });
});
