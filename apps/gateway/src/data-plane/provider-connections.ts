import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationShutdown } from '@nestjs/common';
import { errors, type Agent, type Dispatcher } from 'undici';
import type { Environment } from '#libs/contracts';
import { AddressRules, egressAgent } from '#libs/egress';
import { GatewayConfig } from '../config';
import { Turns } from './turns';
import type { UpstreamAddress } from './upstream-address';

/** How long replies under way may go on when the process ends; it is given ten seconds. */
const lastRepliesMs = 5_000;

interface ProviderRequest extends UpstreamAddress {
  method: string;
  headers: IncomingHttpHeaders;
  body?: Readable;
  /** Aborted when the caller has gone: nobody waits for the provider any more. */
  signal: AbortSignal;
}

/** No connection in time, or no reply on it. */
export const isTimeout = (error: unknown): boolean =>
  error instanceof errors.HeadersTimeoutError || error instanceof errors.ConnectTimeoutError;

/** Of one environment. */
interface Lines {
  agent: Agent;
  /** By the provider's origin, while anybody calls it. */
  turns: Map<string, Turns>;
}

/**
 * The connections to providers: so many for each environment and provider, so that neither environment waits for the
 * other, nor one provider's callers for another's. Who finds all taken waits for a bounded time in a bounded queue.
 */
@Injectable()
export class ProviderConnections implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly lines: Record<Environment, Lines>;

  constructor(@Inject(GatewayConfig) private readonly config: GatewayConfig) {
    const rules = new AddressRules(config);
    const { SLIPWAY_PROVIDER_CA: authorities, SLIPWAY_PROVIDER_CONNECTIONS: connections } = config;
    const headMsMax = config.SLIPWAY_PROVIDER_SECONDS * 1_000;
    const silenceMsMax = config.SLIPWAY_PROVIDER_IDLE_SECONDS * 1_000;
    const open = (): Lines => ({
      agent: egressAgent({ rules, authorities, connections, headMsMax, silenceMsMax }),
      turns: new Map(),
    });
    this.lines = { sandbox: open(), production: open() };
  }

  /** Sends once: no redirect is followed, nothing is repeated. @throws TooBusy */
  async send(environment: Environment, { url, query, ...request }: ProviderRequest): Promise<Dispatcher.ResponseData> {
    const { origin, pathname } = new URL(url);
    await this.takeTurn(this.lines[environment].turns, origin, request.signal);
    const path = query === '' ? pathname : `${pathname}?${query}`;
    const method = request.method as Dispatcher.HttpMethod;
    return this.lines[environment].agent.request({ ...request, method, origin, path });
  }

  /** The turn is over when the caller has gone: until then the provider's reply may still be on its way. */
  private async takeTurn(ofOrigins: Lines['turns'], origin: string, gone: AbortSignal): Promise<void> {
    const turns = ofOrigins.get(origin) ?? new Turns(this.bounds);
    ofOrigins.set(origin, turns);
    const end = await turns.take(gone);
    const over = () => {
      end();
      if (turns.areOver) ofOrigins.delete(origin);
    };
    if (gone.aborted) over();
    else gone.addEventListener('abort', over);
  }

  private get bounds() {
    return {
      underWay: this.config.SLIPWAY_PROVIDER_CONNECTIONS,
      waiting: this.config.SLIPWAY_PROVIDER_QUEUE,
      waitMs: this.config.SLIPWAY_PROVIDER_QUEUE_SECONDS * 1_000,
    };
  }

  /** Before the server waits for its last replies: streams of events would go on for ever. */
  beforeApplicationShutdown(): void {
    setTimeout(() => void this.destroy(), lastRepliesMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.destroy();
  }

  private async destroy(): Promise<void> {
    await Promise.all(Object.values(this.lines).map(({ agent }) => agent.destroy()));
  }
}
