import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import { EdgeEvents, OnceEvents } from '#libs/broker';
import { Clock } from '#libs/clock';
import type { Environment } from '#libs/contracts';
import { connectionBounds, ProtocolFaults, securityHeaders, type EdgeRequest } from '#libs/http';
import { LOGGER, createLogger } from '#libs/observability';
import { newTraceId } from '#libs/rpc';
import { ManualClock, RecordedEdgeEvents } from '#libs/testing';
import { GatewayConfig, gatewayConfig } from '../config';
import { addDataPlane } from '../data-plane/data-plane';
import { CallsInFlight } from '../data-plane/calls-in-flight';
import { FirstCalls } from '../data-plane/first-calls';
import { OpenReplies } from '../data-plane/open-replies';
import { ProductRoutes } from '../data-plane/product-routes';
import { ProviderConnections } from '../data-plane/provider-connections';
import { VerifiedTokens, type Presented, type VerifiedToken } from '../tokens/verified-tokens';

export const publicUrl = 'https://gateway.example';

/** A session token of the specs says its key and its account, and is believed: `Bearer key@account`. */
class TokensBelieved {
  /** Keys whose tokens have been ended. */
  readonly ended = new Set<string>();
  /** How often somebody wanted to know. */
  looks = 0;

  /** Of keys whose tokens say more than the others' do. */
  readonly ids = new Map<string, Pick<VerifiedToken, 'partner_id' | 'account_id' | 'key_id' | 'subscription_id'>>();

  isEnded(_environment: Environment, { client_id: applicationId }: VerifiedToken): boolean {
    this.looks += 1;
    return this.ended.has(applicationId);
  }

  verify(_environment: Environment, { headers: { authorization = '' } }: Presented): Promise<VerifiedToken> {
    const [applicationId = '', accountId = ''] = authorization.replace('Bearer ', '').split('@');
    return Promise.resolve({
      ...{ iss: '', aud: '', sub: applicationId, exp: 0, iat: 0, jti: '' },
      ...{ client_id: applicationId, account_id: accountId, partner_id: 'partner-1' },
      ...{ subscription_id: 'subscription-1', product_id: 'product-1' },
      ...this.ids.get(applicationId),
    });
  }
}

/** The gateway's data plane alone, before one product, whose endpoints the spec may change. */
export class OpenedDataPlane {
  endpoints: Partial<Record<Environment, string>> = {};
  readonly tokens = new TokensBelieved();
  readonly edgeEvents = new RecordedEdgeEvents();
  private app!: NestFastifyApplication;

  static async open(settings: Record<string, string> = {}): Promise<OpenedDataPlane> {
    const opened = new OpenedDataPlane();
    await opened.listen(settings);
    return opened;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.app.getHttpServer().address() as AddressInfo).port}`;
  }

  /** A call of somebody's key to the product. */
  call(path: string, { environment = 'sandbox', key = 'key-1', account = 'account-1', ...init }: CallOptions = {}) {
    return fetch(`${this.url}/${environment}/api/orders/${path}`, {
      redirect: 'manual',
      ...init,
      headers: { authorization: `Bearer ${key}@${account}`, ...init.headers },
    });
  }

  /** As the process does before it waits for its last replies. */
  beginShutdown(): void {
    this.app.get(ProviderConnections).beforeApplicationShutdown();
  }

  close(): Promise<void> {
    return this.app.close();
  }

  private async listen(settings: Record<string, string>): Promise<void> {
    const config = gatewayConfig.schema.parse({
      SLIPWAY_SERVICE_KEY: '0'.repeat(64),
      SLIPWAY_NATS: 'nats://localhost:4222',
      SLIPWAY_PUBLIC_URL: publicUrl,
      ...settings,
    });
    const find = () => Promise.resolve({ product: { id: 'product-1', endpoints: this.endpoints } });
    const logger = createLogger('gateway', 'fatal');
    const faults = new ProtocolFaults(securityHeaders, logger);
    @Module({
      providers: [
        { provide: GatewayConfig, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: VerifiedTokens, useValue: this.tokens },
        CallsInFlight,
        { provide: EdgeEvents, useValue: this.edgeEvents },
        OnceEvents,
        { provide: Clock, useValue: new ManualClock() },
        FirstCalls,
        OpenReplies,
        ProviderConnections,
        { provide: ProductRoutes, useValue: { find } },
      ],
    })
    class DataPlaneModule {}
    this.app = await NestFactory.create<NestFastifyApplication>(
      DataPlaneModule,
      new FastifyAdapter({
        ...connectionBounds(config),
        clientErrorHandler: faults.onConnection,
        forceCloseConnections: true,
      }),
      {
        logger: false,
      },
    );
    const fastify = this.app.getHttpAdapter().getInstance();
    faults.watch(fastify);
    // As an edge does for each request.
    fastify.addHook('onRequest', (request, _reply, done) => {
      (request as EdgeRequest).traceId = newTraceId();
      done();
    });
    await addDataPlane(this.app);
    await this.app.listen(0, '127.0.0.1');
  }
}

interface CallOptions extends Omit<RequestInit, 'headers'> {
  environment?: Environment;
  key?: string;
  account?: string;
  headers?: Record<string, string>;
}
