import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Agent, Dispatcher } from 'undici';
import type { Environment } from '#libs/contracts';
import { AddressRules, egressAgent } from '#libs/egress';
import { GatewayConfig } from '../config';
import { Turns } from './turns';
import type { UpstreamAddress } from './upstream-address';

const silenceMsMax = 30_000;

interface ProviderRequest extends UpstreamAddress {
  method: string;
  headers: IncomingHttpHeaders;
  body?: Readable;
  /** Aborted when the caller has gone: nobody waits for the provider any more. */
  signal: AbortSignal;
}

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
export class ProviderConnections implements OnApplicationShutdown {
  private readonly lines: Record<Environment, Lines>;

  constructor(@Inject(GatewayConfig) private readonly config: GatewayConfig) {
    const rules = new AddressRules(config);
    const { SLIPWAY_PROVIDER_CA: authorities, SLIPWAY_PROVIDER_CONNECTIONS: connections } = config;
    const open = (): Lines => ({
      agent: egressAgent({ rules, authorities, connections, silenceMsMax }),
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

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(Object.values(this.lines).map(({ agent }) => agent.destroy()));
  }
}
