import { Inject, Injectable } from '@nestjs/common';
import type { Environment } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { GatewayConfig } from '../config';
import type { VerifiedToken } from '../tokens/verified-tokens';

/**
 * How many calls of one account and of one key are under way on this copy: whoever never ends theirs leaves room for
 * everybody else.
 */
@Injectable()
export class CallsInFlight {
  private readonly counts: Record<Environment, Map<string, number>> = { sandbox: new Map(), production: new Map() };

  constructor(@Inject(GatewayConfig) private readonly config: GatewayConfig) {}

  /** @returns what to call when it is over @throws gateway.too_many_calls */
  begin(environment: Environment, { account_id: account, client_id: key }: VerifiedToken): () => void {
    const counts = this.counts[environment];
    const { SLIPWAY_CALLS_PER_ACCOUNT: ofAccountMax, SLIPWAY_CALLS_PER_KEY: ofKeyMax } = this.config;
    const isFull = (counts.get(account) ?? 0) >= ofAccountMax || (counts.get(key) ?? 0) >= ofKeyMax;
    if (isFull) throw new SlipwayError('gateway.too_many_calls', 'Too many calls at once. Wait for some to end.');
    for (const who of [account, key]) counts.set(who, (counts.get(who) ?? 0) + 1);
    return () => [account, key].forEach((who) => lower(counts, who));
  }
}

function lower(counts: Map<string, number>, who: string): void {
  const left = (counts.get(who) ?? 0) - 1;
  if (left > 0) counts.set(who, left);
  else counts.delete(who);
}
