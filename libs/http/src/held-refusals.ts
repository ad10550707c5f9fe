import type { FastifyInstance, FastifyReply } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Clock } from '#libs/clock';
import { networkOf } from '#libs/turns';
import { isRefusal } from './problem';

/** How often in a minute an address is told at once that it is to slow down. */
const atOnceMax = 60;
const minuteMs = 60_000;
const holdMs = 1_000;
/** Held at the same time, on one copy: whoever comes with more connections than that is told at once again. */
const heldMax = 1_000;
const addressesMax = 10_000;

interface Counted {
  count: number;
  /** Monotonic milliseconds. */
  since: number;
}

/**
 * Who is told over and over to slow down (429) and does not, is slowed down: the refusal is held for a second, which costs
 * nothing here. So somebody who sends as fast as replies come takes no more of the machine than an honest caller. Nothing
 * but these refusals ever waits, and only those of this edge: a provider's reply passes as it is.
 */
export class HeldRefusals {
  private readonly counted = new LRUCache<string, Counted>({ max: addressesMax });
  private held = 0;

  constructor(private readonly clock: Clock) {}

  watch(fastify: FastifyInstance): void {
    fastify.addHook('onSend', (request, reply, payload, done) => {
      if (reply.statusCode !== 429 || !isRefusal(reply) || !this.isToBeHeld(request.ip)) return done(null, payload);
      this.hold(reply, () => done(null, payload));
    });
  }

  private isToBeHeld(address: string): boolean {
    const network = networkOf(address);
    const now = this.clock.monotonic();
    const known = this.counted.get(network);
    const counted = known && now - known.since < minuteMs ? known : { count: 0, since: now };
    counted.count += 1;
    this.counted.set(network, counted);
    return counted.count > atOnceMax && this.held < heldMax;
  }

  private hold({ raw }: FastifyReply, release: () => void): void {
    this.held += 1;
    const go = () => {
      clearTimeout(timer);
      raw.off('close', go);
      this.held -= 1;
      release();
    };
    const timer = setTimeout(go, holdMs);
    raw.once('close', go);
  }
}
