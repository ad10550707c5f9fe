import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Agent, Dispatcher } from 'undici';
import type { Environment } from '#libs/contracts';
import { AddressRules, egressAgent } from '#libs/egress';
import { GatewayConfig } from '../config';
import type { UpstreamAddress } from './upstream-address';

const connections = 128;
const silenceMsMax = 30_000;

interface ProviderRequest extends UpstreamAddress {
  method: string;
  headers: IncomingHttpHeaders;
  body?: Readable;
  /** Aborted when the caller has gone: nobody waits for the provider any more. */
  signal: AbortSignal;
}

/** The connections to providers: those of one environment are never waited for by calls of the other. */
@Injectable()
export class ProviderConnections implements OnApplicationShutdown {
  private readonly agents: Record<Environment, Agent>;

  constructor(@Inject(GatewayConfig) config: GatewayConfig) {
    const rules = new AddressRules(config);
    const { SLIPWAY_PROVIDER_CA: authorities } = config;
    const open = () => egressAgent({ rules, authorities, connections, silenceMsMax });
    this.agents = { sandbox: open(), production: open() };
  }

  /** Sends once: no redirect is followed, nothing is repeated. */
  async send(environment: Environment, { url, query, ...request }: ProviderRequest): Promise<Dispatcher.ResponseData> {
    const { origin, pathname } = new URL(url);
    const path = query === '' ? pathname : `${pathname}?${query}`;
    return this.agents[environment].request({
      ...request,
      method: request.method as Dispatcher.HttpMethod,
      origin,
      path,
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(Object.values(this.agents).map((agent) => agent.destroy()));
  }
}
