import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AllowAnyone } from './access/allow';
import { Clock } from '#libs/clock';
import { platformMethods, services, type Service } from '#libs/contracts';
import { Connections } from '#libs/broker';
import { RpcClient } from '#libs/rpc';

const checkTimeoutMs = 2_000;
/** How long it counts what was found: anybody may look, and every look is a call to each service. Milliseconds. */
const countsMs = { ready: 1_000, notReady: 250 };

interface Readiness {
  isReady: boolean;
  broker: boolean;
  services: Record<string, boolean>;
}

@ApiExcludeController()
@Controller()
export class HealthController {
  private found: { readiness: Promise<Readiness>; until: number } | undefined;

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
    const { isReady, ...what } = await this.readiness();
    if (!isReady) void reply.status(HttpStatus.SERVICE_UNAVAILABLE).header('Retry-After', '2');
    return { status: isReady ? 'ok' : 'unavailable', ...what };
  }

  /** One look at a time, and its result for a moment. */
  private readiness(): Promise<Readiness> {
    if (!this.found || this.found.until <= this.clock.monotonic()) {
      const found = { readiness: this.look(), until: Infinity };
      this.found = found;
      void found.readiness.then(({ isReady }) => {
        found.until = this.clock.monotonic() + (isReady ? countsMs.ready : countsMs.notReady);
      });
    }
    return this.found.readiness;
  }

  private async look(): Promise<Readiness> {
    const checks = await Promise.all(services.map(async (service) => [service, await this.isWell(service)] as const));
    const broker = this.connections.isUp();
    const isReady = broker && checks.every(([, well]) => well);
    return { isReady, broker, services: Object.fromEntries(checks) };
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
