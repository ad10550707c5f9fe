import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Environment } from '#libs/contracts';

/** The first segment of the path; routes with it exist for the two environments only. */
export const environmentOfPath = ({ url }: { url: string }): Environment =>
  url.startsWith('/sandbox/') ? 'sandbox' : 'production';

export const PathEnvironment = createParamDecorator((_data: unknown, context: ExecutionContext): Environment =>
  environmentOfPath(context.switchToHttp().getRequest<FastifyRequest>()),
);
