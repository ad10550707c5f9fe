import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Environment } from '#libs/contracts';

/**
 * The first segment of the route that matched, never of the raw address: that may be percent-encoded or absolute, and
 * the router has read it already. Routes with an environment exist for the two only.
 */
const environmentOfRoute = ({ routeOptions }: FastifyRequest): Environment =>
  routeOptions.url?.startsWith('/sandbox/') ? 'sandbox' : 'production';

export const PathEnvironment = createParamDecorator((_data: unknown, context: ExecutionContext): Environment =>
  environmentOfRoute(context.switchToHttp().getRequest<FastifyRequest>()),
);
