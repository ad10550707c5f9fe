import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '#libs/clock';
import { subscriptions, type RequestOf, type ReplyOf } from '#libs/contracts';
import { RpcClient } from '#libs/rpc';

const freshMs = 2_000;
/** How long a known route serves while nobody can be asked: nobody can change it meanwhile, as it is who would be asked that does. */
const servesMsMax = 3_600_000;
/** How long a call waits to learn where a known route leads now. */
const patienceMs = 250;
const slugForm = /^[a-z0-9-]{1,63}$/;
const routesMax = 1_000;

type Route = ReplyOf<typeof subscriptions.resolveProduct>;
type Slug = RequestOf<typeof subscriptions.resolveProduct>['slug'];

interface Known {
  route: Route;
  readAt: number;
  /** Not asked again before: who does not answer would hold up every call. */
  quietUntil: number;
}

/**
 * Where a product's calls go. Asked every two seconds, so that a change of endpoints is seen soon; while `subscriptions` does
 * not answer, a known route serves for an hour, so that calls go on.
 */
@Injectable()
export class ProductRoutes {
  private readonly found = new LRUCache<Slug, Known>({ max: routesMax });
  /** Apart: whoever makes up names drives out nobody's route. */
  private readonly notFound = new LRUCache<Slug, Known>({ max: routesMax });
  private readonly underWay = new Map<Slug, Promise<Route>>();

  constructor(
    private readonly rpc: RpcClient,
    private readonly clock: Clock,
  ) {}

  async find(slug: Slug, traceId: string): Promise<Route> {
    if (!slugForm.test(slug)) return { product: null };
    const known = this.found.get(slug) ?? this.notFound.get(slug);
    const age = known ? this.clock.monotonic() - known.readAt : Infinity;
    if (known && age < freshMs) return known.route;
    if (!known?.route.product || age > servesMsMax) return this.refresh(slug, traceId);
    if (this.clock.monotonic() < known.quietUntil) return known.route;
    return this.refreshOrGoOn(slug, known, traceId);
  }

  private async refreshOrGoOn(slug: Slug, known: Known, traceId: string): Promise<Route> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, patienceMs, undefined)));
    const read = await Promise.race([this.refresh(slug, traceId).catch(() => undefined), tooLong]);
    clearTimeout(timer);
    if (!read) known.quietUntil = this.clock.monotonic() + freshMs;
    return read ?? known.route;
  }

  /** Once for all who want to know at the same time. */
  private refresh(slug: Slug, traceId: string): Promise<Route> {
    const reading = this.underWay.get(slug) ?? this.read(slug, traceId).finally(() => this.underWay.delete(slug));
    this.underWay.set(slug, reading);
    return reading;
  }

  private async read(slug: Slug, traceId: string): Promise<Route> {
    const readAt = this.clock.monotonic();
    const route = await this.rpc.call(
      subscriptions.resolveProduct,
      'shared',
      { slug },
      this.rpc.systemContext(traceId),
    );
    const [into, outOf] = route.product ? [this.found, this.notFound] : [this.notFound, this.found];
    outOf.delete(slug);
    into.set(slug, { route, readAt, quietUntil: 0 });
    return route;
  }
}
