import type { RpcClient } from '#libs/rpc';
import { ManualClock } from '#libs/testing';
import { ProductRoutes } from './product-routes';

type Route = Awaited<ReturnType<ProductRoutes['find']>>;
const clock = new ManualClock();
let read: () => Promise<Route>;
let calls: number;
let routes: ProductRoutes;

const routeTo = (sandbox: string): Route =>
  ({ product: { id: 'product-1', endpoints: { sandbox } } }) as unknown as Route;
const find = (slug = 'orders') => routes.find(slug, 'a'.repeat(32));
const isAway = () => (read = () => Promise.reject(new Error('away')));

beforeEach(() => {
  calls = 0;
  read = () => Promise.resolve(routeTo('https://one.example'));
  const rpc = { systemContext: () => ({}), call: () => ((calls += 1), read()) };
  routes = new ProductRoutes(rpc as unknown as RpcClient, clock);
});

describe('where the calls to a product go', () => {
  it('is read once by all who want to know at once, and counts for two seconds', async () => {
    await Promise.all(Array.from({ length: 20 }, () => find()));
    clock.advance(1_500);
    await find();
    expect(calls).toBe(1);
    read = () => Promise.resolve(routeTo('https://two.example'));
    clock.advance(500);
    expect(await find()).toEqual(routeTo('https://two.example'));
  });

  it('serves from memory while nobody can be called, who is not called each time', async () => {
    await find();
    isAway();
    clock.advance(2_000);
    for (let index = 0; index < 10; index += 1) expect(await find()).toEqual(routeTo('https://one.example'));
    expect(calls).toBe(2);
    clock.advance(2_000);
    read = () => Promise.resolve(routeTo('https://two.example'));
    expect(await find()).toEqual(routeTo('https://two.example'));
  });

  it('serves from memory while there is no reply', async () => {
    await find();
    read = () => new Promise(() => undefined);
    clock.advance(2_000);
    expect(await find()).toEqual(routeTo('https://one.example'));
  });

  it('serves from memory for an hour and no longer', async () => {
    await find();
    isAway();
    clock.advance(3_590_000);
    expect(await find()).toEqual(routeTo('https://one.example'));
    clock.advance(10_000);
    await expect(find()).rejects.toThrow('away');
  });

  it('is not remembered of a product that is no more', async () => {
    await find();
    read = () => Promise.resolve({ product: null });
    clock.advance(2_000);
    expect(await find()).toEqual({ product: null });
    isAway();
    clock.advance(2_000);
    await expect(find()).rejects.toThrow('away');
  });

  it('is not driven out by names that somebody makes up', async () => {
    await find();
    read = () => Promise.resolve({ product: null });
    for (let index = 0; index < 3_000; index += 1) await find(`made-up-${index}`);
    isAway();
    clock.advance(2_000);
    expect(await find()).toEqual(routeTo('https://one.example'));
  });
});
