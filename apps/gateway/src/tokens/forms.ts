import { parse } from 'node:querystring';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * Forms as the token endpoint reads them: by name, without a prototype, so that no name means anything that it has not been
 * given a meaning here. Nest's own parser refuses `__proto__`, where a parameter that nobody knows is to be ignored.
 */
export function readForms(app: NestFastifyApplication): void {
  app.useBodyParser('application/x-www-form-urlencoded', {}, (_request, body, done) =>
    done(null, parse((body as Buffer).toString(), '&', '=', { maxKeys: 0 })),
  );
}
