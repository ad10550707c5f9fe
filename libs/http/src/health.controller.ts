import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AllowAnyone } from '#libs/access';
import { platformQuestions, services, type Service } from '#libs/contracts';
import { Connections, ownCall, QuestionClient } from '#libs/messaging';
import { metricsText } from '#libs/observability';

const checkTimeoutMs = 2_000;

@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(
    private readonly questions: QuestionClient,
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

  @Get('metrics')
  @AllowAnyone('Prometheus metrics')
  async metrics(@Res({ passthrough: true }) reply: FastifyReply) {
    const { contentType, body } = await metricsText();
    void reply.type(contentType);
    return body;
  }

  private async isWell(service: Service): Promise<boolean> {
    try {
      const call = ownCall(this.connections.app, undefined, checkTimeoutMs);
      const { database, broker } = await this.questions.ask(platformQuestions(service).health, 'shared', {}, call);
      return database && broker;
    } catch {
      return false;
    }
  }
}
