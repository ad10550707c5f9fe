import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { subscriptions, type RequestOf, type ReplyOf } from '#libs/contracts';
import { RpcClient } from '#libs/rpc';

const ttlMs = 2_000;
const slugForm = /^[a-z0-9-]{1,63}$/;

type Route = ReplyOf<typeof subscriptions.resolveProduct>;
type Slug = RequestOf<typeof subscriptions.resolveProduct>['slug'];

/** Where a product's calls go. Kept for two seconds, so that a change of endpoints is seen soon. */
@Injectable()
export class ProductRoutes {
  private readonly routes = new LRUCache<Slug, Promise<Route>>({ max: 1_000, ttl: ttlMs });

  constructor(private readonly rpc: RpcClient) {}

  async find(slug: Slug, traceId: string): Promise<Route> {
    if (!slugForm.test(slug)) return { product: null };
    const known = this.routes.get(slug);
    if (known) return known;
    const route = this.rpc.call(subscriptions.resolveProduct, 'shared', { slug }, this.rpc.systemContext(traceId));
    this.routes.set(slug, route);
    route.catch(() => this.routes.delete(slug));
    return route;
  }
}
