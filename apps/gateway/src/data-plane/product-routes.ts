import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { subscriptions, type RequestOf, type ReplyOf } from '#libs/contracts';
import { ownCall, QuestionClient } from '#libs/messaging';

const ttlMs = 2_000;
const slugForm = /^[a-z0-9-]{1,63}$/;

type Route = ReplyOf<typeof subscriptions.resolveProduct>;
type Slug = RequestOf<typeof subscriptions.resolveProduct>['slug'];

/** Where a product's calls go. Kept for two seconds, so that a change of endpoints is seen soon. */
@Injectable()
export class ProductRoutes {
  private readonly routes = new LRUCache<Slug, Promise<Route>>({ max: 1_000, ttl: ttlMs });

  constructor(private readonly questions: QuestionClient) {}

  async find(slug: Slug, traceId: string): Promise<Route> {
    if (!slugForm.test(slug)) return { product: null };
    const known = this.routes.get(slug);
    if (known) return known;
    const asked = this.questions.ask(subscriptions.resolveProduct, 'shared', { slug }, ownCall('gateway', traceId));
    this.routes.set(slug, asked);
    asked.catch(() => this.routes.delete(slug));
    return asked;
  }
}
