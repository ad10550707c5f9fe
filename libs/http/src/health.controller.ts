import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AllowAnyone } from './access/allow';
import { Clock, clockView } from '#libs/clock';
import { platformMethods, services, type Service } from '#libs/contracts';
import { Connections } from '#libs/broker';
import { RpcClient } from '#libs/rpc';

const checkTimeoutMs = 2_000;
/** How long it counts what was found: anybody may look, and every look is a call to each service. Milliseconds. */
const countsMs = { ready: 1_000, notReady: 250 };

type Wellness = Record<string, boolean>;

@ApiExcludeController()
@Controller()
export class HealthController {
  private found: { services: Promise<Wellness>; until: number } | undefined;

  constructor(
    private readonly rpc: RpcClient,
    private readonly connections: Connections,
    private readonly clock: Clock,
  ) {}

  /** The process runs. */
  @Get('healthz')
  @AllowAnyone('Liveness')
  alive() {
    return { status: 'ok' };
  }

  /** The process can do its work: broker, every service and its database answer. */
  @Get('readyz')
  @AllowAnyone('Readiness')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const found = await this.services();
    const broker = this.connections.isUp();
    const isReady = broker && isAllWell(found);
    if (!isReady) void reply.status(HttpStatus.SERVICE_UNAVAILABLE).header('Retry-After', '2');
    return { status: isReady ? 'ok' : 'unavailable', broker, services: found, ...clockView(this.clock) };
  }

  /** One look at a time, and its result for a moment. */
  private services(): Promise<Wellness> {
    if (!this.found || this.found.until <= this.clock.monotonic()) {
      const found = { services: this.look(), until: Infinity };
      this.found = found;
      void found.services.then((wellness) => {
        found.until = this.clock.monotonic() + (isAllWell(wellness) ? countsMs.ready : countsMs.notReady);
      });
    }
    return this.found.services;
  }

  private async look(): Promise<Wellness> {
    const checks = services.map(async (service) => [service, await this.isWell(service)] as const);
    return Object.fromEntries(await Promise.all(checks));
  }

  private async isWell(service: Service): Promise<boolean> {
    try {
      const context = this.rpc.systemContext(undefined, checkTimeoutMs);
      const { database, broker } = await this.rpc.call(platformMethods(service).health, 'shared', {}, context);
      return database && broker;
    } catch {
      return false;
    }
  }
}

const isAllWell = (services: Wellness): boolean => Object.values(services).every(Boolean);
