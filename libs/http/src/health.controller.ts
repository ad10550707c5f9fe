import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AllowAnyone } from './access/allow';
import { platformMethods, services, type Service } from '#libs/contracts';
import { Connections } from '#libs/broker';
import { RpcClient } from '#libs/rpc';

const checkTimeoutMs = 2_000;

@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(
    private readonly rpc: RpcClient,
    private readonly connections: Connections,
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
    const checks = await Promise.all(services.map(async (service) => [service, await this.isWell(service)] as const));
    const broker = this.connections.isUp();
    const ready = broker && checks.every(([, well]) => well);
    if (!ready) void reply.status(HttpStatus.SERVICE_UNAVAILABLE).header('Retry-After', '2');
    return {
      status: ready ? 'ok' : 'unavailable',
      broker,
      services: Object.fromEntries(checks),
    };
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
