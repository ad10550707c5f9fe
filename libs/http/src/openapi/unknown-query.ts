import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { pointerTo } from '#libs/contracts';
import { invalid } from '#libs/errors';

/**
 * Refuses query parameters where a route has none, after the guard has let somebody in. Where it has some, they are
 * fields of a class, and `BodyPipe` refuses the others.
 */
export class UnknownQuery implements NestInterceptor {
  private readonly withoutQuery: Set<string>;

  constructor({ paths }: OpenAPIObject) {
    const routes = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations as Record<string, { parameters?: { in: string }[] }>)
        .filter(([, { parameters = [] }]) => path.startsWith('/v1/') && !parameters.some((one) => one.in === 'query'))
        .map(([verb]) => `${verb.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    this.withoutQuery = new Set(routes);
  }

  intercept(context: ExecutionContext, next: CallHandler) {
    const { method, routeOptions, query } = context.switchToHttp().getRequest<FastifyRequest>();
    const names = Object.keys(query as object);
    if (names.length > 0 && this.withoutQuery.has(`${method} ${routeOptions.url ?? ''}`))
      throw invalid(names.map((name) => ({ pointer: pointerTo(name), detail: `There is no parameter ${name}.` })));
    return next.handle();
  }
}
