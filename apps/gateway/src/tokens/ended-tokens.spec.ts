import type { Broadcasts } from '#libs/broker';
import { Clock } from '#libs/clock';
import {
  type identity,
  type BroadcastData,
  otherEnvironment,
  type Environment,
  type RequestOf,
  type RpcMethod,
  type Scope,
} from '#libs/contracts';
import { unavailable } from '#libs/errors';
import type { Logger } from '#libs/observability';
import type { RpcClient } from '#libs/rpc';
import { eventually } from '#libs/testing';
import type { GatewayConfig } from '../config';
import { EndedTokens } from './ended-tokens';
import type { VerifiedToken } from './verified-tokens';

const environment = 'sandbox' as Environment;
const hourMs = 3_600_000;
const pageItems = 3;

class SetClock extends Clock {
  time = 0;

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }
}

/** `identity`, as far as the gateway calls it: a list in pages. */
class FakeIdentity {
  epoch = 0;
  items: identity.TokenRevocation[] = [];
  isDown = false;
  calls = 0;
  /** What happens while a call is under way. */
  meanwhile: () => Promise<void> = () => Promise.resolve();

  systemContext() {
    return {};
  }

  async call(_method: RpcMethod, scope: Scope, { after }: RequestOf<typeof identity.listTokenRevocations>) {
    this.calls += 1;
    if (this.isDown) throw unavailable();
    const own = scope === environment ? this.items.filter(({ epoch }) => epoch > after) : [];
    const epoch = scope === environment ? this.epoch : 0;
    const items = own.slice(0, pageItems);
    const more = own.length > pageItems;
    await this.meanwhile();
    return { items, epoch: more ? (items.at(-1)?.epoch ?? 0) : epoch, more };
  }

  end(holder: identity.TokenHolder, holderId: string, given: Partial<identity.TokenRevocation> = {}): void {
    this.epoch += 1;
    this.items = this.items.filter((item) => item.holderId !== holderId);
    this.items.push({ holder, holderId, accountId: null, applicationId: null, ...given, epoch: this.epoch });
  }
}

type Announced = BroadcastData<typeof identity.tokensRevoked>;

class FakeBroadcasts {
  private readonly receivers = new Map<Scope, (announced: Announced) => void>();

  receive(_broadcast: unknown, scope: Scope, take: (announced: Announced) => void): void {
    this.receivers.set(scope, take);
  }

  announce(scope: Scope, epoch: number, latest: identity.TokenRevocation[] = []): void {
    this.receivers.get(scope)?.({ epoch, latest });
  }
}

const silent = { debug: () => undefined } as unknown as Logger;
const token = (claims: Partial<VerifiedToken> = {}): VerifiedToken => ({
  iss: '',
  aud: '',
  sub: 'app_sbx_1',
  client_id: 'app_sbx_1',
  exp: 0,
  iat: 0,
  jti: '',
  partner_id: 'partner',
  account_id: 'account',
  subscription_id: 'subscription',
  product_id: 'product',
  key_id: 'key',
  epoch: 0,
  ...claims,
});

let clock: SetClock;
let service: FakeIdentity;
let broadcasts: FakeBroadcasts;
let ended: EndedTokens;

beforeEach(() => {
  clock = new SetClock();
  service = new FakeIdentity();
  broadcasts = new FakeBroadcasts();
  ended = new EndedTokens(
    service as unknown as RpcClient,
    broadcasts as unknown as Broadcasts,
    clock,
    { SLIPWAY_REVOCATIONS_MAX_AGE_SECONDS: 60 } as GatewayConfig,
    silent,
  );
});

afterEach(() => ended.onApplicationShutdown());

const live = (claims: Partial<VerifiedToken> = {}, where = environment) => ended.requireLive(where, token(claims));
const refusal = (claims: Partial<VerifiedToken> = {}, where = environment): string | undefined => {
  try {
    live(claims, where);
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a token of a lower epoch', () => {
  it.each<[identity.TokenHolder, string]>([
    ['key', 'key'],
    ['subscription', 'subscription'],
    ['account', 'account'],
    ['partner', 'partner'],
  ])('ends with its %s', async (holder, holderId) => {
    service.end(holder, holderId);
    await ended.known(environment);
    expect(refusal()).toBe('invalid_token');
    expect(refusal({ epoch: 1 })).toBeUndefined();
    expect(refusal({ key_id: 'k', subscription_id: 's', account_id: 'a', partner_id: 'p' })).toBeUndefined();
  });

  it('ends with the person who made it, and no other token of the key does', async () => {
    service.end('person', 'ada');
    await ended.known(environment);
    expect(refusal({ act: { sub: 'ada' } })).toBe('invalid_token');
    expect(refusal({ act: { sub: 'grace' } })).toBeUndefined();
    expect(refusal()).toBeUndefined();
  });

  it('is every token of a version that had no epochs; there the application ID stands for the key', async () => {
    service.end('key', 'key', { applicationId: 'app_sbx_1' });
    await ended.known(environment);
    const { key_id: _key, epoch: _epoch, ...older } = token();
    expect(() => ended.requireLive(environment, older)).toThrow('has been ended');
    expect(() => ended.requireLive(environment, { ...older, client_id: 'app_sbx_2' })).not.toThrow();
    // One that names its key goes by that alone: the application ID may be another key's by then.
    expect(refusal({ key_id: 'other' })).toBeUndefined();
  });

  it('of the other environment is none of this one’s business', async () => {
    service.end('key', 'key');
    await ended.known(environment);
    await ended.known(otherEnvironment(environment));
    expect(refusal({}, otherEnvironment(environment))).toBeUndefined();
  });
});

describe('what has ended tokens', () => {
  it('is read whole, page after page, before the first verdict', async () => {
    for (let one = 1; one <= 2 * pageItems + 1; one += 1) service.end('key', `key-${one}`);
    expect(refusal()).toBe('unavailable');
    await ended.known(environment);
    expect(service.calls).toBe(3);
    for (let one = 1; one <= 2 * pageItems + 1; one += 1)
      expect(refusal({ key_id: `key-${one}` })).toBe('invalid_token');
  });

  it('is no verdict where it cannot be read', async () => {
    service.isDown = true;
    await expect(ended.known(environment)).rejects.toMatchObject({ code: 'unavailable' });
    expect(refusal()).toBe('unavailable');
  });

  it('is read at once when it is announced, and by itself every second', async () => {
    ended.onApplicationBootstrap();
    await ended.known(environment);
    service.end('key', 'key');
    broadcasts.announce(environment, service.epoch);
    await eventually(async () => expect(refusal()).toBe('invalid_token'));
    service.end('account', 'account');
    await eventually(async () => expect(refusal({ key_id: 'other' })).toBe('invalid_token'));
  });

  it('ends a token by the announcement itself, and is not taken back by an older one', async () => {
    ended.onApplicationBootstrap();
    await ended.known(environment);
    service.end('key', 'key');
    const older = service.items;
    service.end('key', 'key');
    service.isDown = true;
    broadcasts.announce(environment, 2, service.items);
    broadcasts.announce(environment, 1, older);
    expect(refusal({ epoch: 1 })).toBe('invalid_token');
    expect(refusal({ epoch: 2 })).toBeUndefined();
  });

  it('is read again where a reading is under way that may have begun before', async () => {
    ended.onApplicationBootstrap();
    await ended.known(environment);
    let during = async (): Promise<void> => {
      during = () => Promise.resolve();
      service.end('key', 'key');
      broadcasts.announce(environment, service.epoch);
    };
    service.meanwhile = () => during();
    service.end('partner', 'somebody else');
    broadcasts.announce(environment, service.epoch);
    await eventually(async () => expect(refusal()).toBe('invalid_token'));
  });

  it('is not read again for what is known', async () => {
    ended.onApplicationBootstrap();
    service.end('key', 'key');
    await ended.known(environment);
    await ended.known(otherEnvironment(environment));
    const { calls } = service;
    broadcasts.announce(environment, service.epoch);
    expect(service.calls).toBe(calls);
  });

  it('of a whole account takes the place of what ended some of it', async () => {
    service.end('key', 'key', { accountId: 'account' as never });
    await ended.known(environment);
    service.end('account', 'account', { accountId: 'account' as never });
    service.items = service.items.slice(-1);
    ended.onApplicationBootstrap();
    await eventually(async () => expect(refusal({ key_id: 'other', epoch: 1 })).toBe('invalid_token'));
    expect(refusal({ epoch: 2 })).toBeUndefined();
  });

  it('is begun again where the service knows less than before', async () => {
    service.end('key', 'key');
    service.end('key', 'key');
    await ended.known(environment);
    service.epoch = 0;
    service.items = [];
    service.end('account', 'account', { accountId: 'account' as never });
    ended.onApplicationBootstrap();
    // The first reading finds that the list ends sooner, the second what is in it.
    await eventually(async () => expect(refusal({ key_id: 'other' })).toBe('invalid_token'));
  });

  it('is remembered until no token can live that it would end, and then forgotten', async () => {
    service.end('key', 'key');
    await ended.known(environment);
    ended.onApplicationBootstrap();
    clock.time = 24 * hourMs + 1;
    await eventually(async () => expect(refusal()).toBe('invalid_token'));
    clock.time = 25 * hourMs + 1;
    await eventually(async () => expect(refusal()).toBeUndefined());
  });
});

describe('a gateway that is cut off', () => {
  it('trusts tokens for as long as the setting says, and then none until it has read again', async () => {
    await ended.known(environment);
    service.isDown = true;
    ended.onApplicationBootstrap();
    clock.time = 60_000;
    expect(refusal()).toBeUndefined();
    clock.time += 1;
    expect(refusal()).toBe('unavailable');
    service.isDown = false;
    await eventually(async () => expect(refusal()).toBeUndefined());
  });

  it('counts from when it asked, not from the answer', async () => {
    service.meanwhile = () => {
      clock.time += 30_000;
      return Promise.resolve();
    };
    await ended.known(environment);
    clock.time = 60_001;
    expect(refusal()).toBe('unavailable');
  });
});
