import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Logger } from '#libs/observability';
import { sendProblem, type ErrorForm } from './problem';

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly otherForm?: ErrorForm,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    sendProblem(host.switchToHttp().getResponse<FastifyReply>(), thrown, this.logger, this.otherForm);
  }
}
