import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pointerTo } from '#libs/contracts';
import { invalid, type FieldFault } from '#libs/errors';

/**
 * JSON as every route of an edge reads it. To `JSON.parse` a member `__proto__` is one like any other; whatever copies the
 * object later would set its prototype with it. So none gets any further. Fastify's own parser refuses the same, but says
 * of it that it is no JSON, and not where it stands.
 */
export function readJson(app: NestFastifyApplication): void {
  app.useBodyParser('application/json', {}, (_request, body, done) => {
    const read: unknown = JSON.parse(withoutMark((body as Buffer).toString()));
    const fault = prototypeIn(read);
    if (fault) throw invalid([fault], fault.detail);
    done(null, read);
  });
}

/** Some programs begin a file of UTF-8 with a byte order mark. */
const withoutMark = (text: string): string => (text.startsWith('\ufeff') ? text.slice(1) : text);

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The first member that could be taken for a prototype. In steps, not in depth: how deep it is decides whoever sends it. */
export function prototypeIn(body: unknown): FieldFault | undefined {
  const nested = isNested(body) ? [{ value: body, pointer: '' }] : [];
  for (const { value, pointer } of nested)
    for (const [name, member] of Object.entries(value) as [string, unknown][]) {
      const at = pointer + pointerTo(name);
      if (name === '__proto__') return { pointer: at, detail: namesProto };
      if (!isNested(member)) continue;
      if (name === 'constructor' && Object.hasOwn(member, 'prototype'))
        return { pointer: at + pointerTo('prototype'), detail: namesPrototype };
      nested.push({ value: member, pointer: at });
    }
  return undefined;
}

const namesProto = 'No member may be named __proto__. Leave it out, or give it another name.';
const namesPrototype = 'No member constructor may have a member prototype. Leave it out, or give it another name.';
