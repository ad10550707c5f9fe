import 'reflect-metadata';
import { z } from 'zod';
import { check } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { BodyPipe, documented } from '#libs/http';
import { ruleCases } from '../support/rule-cases';
import { bodyRoutes, methodRoutes, type BodyRoute } from '../support/routes';

/**
 * What a body has that its method does not, or the other way round, and why. Everything else is the method's request
 * less what the path says.
 */
const exceptions: Record<string, { onlyInBody?: string[]; notInBody?: string[] }> = {
  // `username@domain` in one field; the edge splits it, and asks which environment the domain is of.
  // The device is the browser's cookie, and a header tells what the browser is.
  'SessionsController.signIn of gateway': {
    onlyInBody: ['username'],
    notInBody: ['username', 'domain', 'device', 'userAgent'],
  },
  'SessionsController.signIn of admin': { notInBody: ['device', 'userAgent'] },
  // Whether it is a dry run stands in the query.
  'EligibilityController.set of admin': { notInBody: ['dryRun'] },
  // The resource is patched; the method marks, and nothing else.
  'NotificationsController.markRead of gateway': { onlyInBody: ['read'] },
  'NotificationsController.markAllRead of gateway': { onlyInBody: ['read'] },
};

/** A form is removed by nobody over HTTP: `steps` is a list there, and never null. */
const withoutNull = ['ProductsController.setForm of admin'];

const shapeOf = (rule: z.ZodType): Record<string, z.ZodType> => {
  const bare = bareOf(rule);
  return bare instanceof z.ZodObject ? (bare.shape as Record<string, z.ZodType>) : {};
};

/** The object, or the item of the list, within whatever makes it optional. */
function bareOf(rule: z.ZodType): z.ZodType {
  if (rule instanceof z.ZodOptional || rule instanceof z.ZodNullable || rule instanceof z.ZodDefault)
    return bareOf(rule.unwrap() as z.ZodType);
  return rule instanceof z.ZodArray ? bareOf(rule.element as z.ZodType) : rule;
}

describe('what a route does is what its verb says', () => {
  it.each(methodRoutes.map((route) => [route.name, route] as const))('%s', (_name, { verb, method }) => {
    expect(method.kind).toBe(verb === 'GET' ? 'query' : 'command');
  });
});

describe('a body takes over the rules of the method that its route names', () => {
  const named = bodyRoutes.map((route) => [route.name, route] as const);

  it('and every route with a body names one', () => {
    expect(bodyRoutes.length).toBeGreaterThan(25);
    expect(Object.keys(exceptions).filter((name) => !bodyRoutes.some((route) => route.name === name))).toEqual([]);
  });

  it.each(named)('%s has its fields, and no other', (name, { method, body, pathFields }) => {
    const { onlyInBody = [], notInBody = [] } = exceptions[name] ?? {};
    const expected = Object.keys(shapeOf(method.request)).filter((field) => !pathFields.includes(field));
    const inBody = Object.keys(body.fields).filter((field) => !onlyInBody.includes(field));
    expect(inBody.sort()).toEqual(expected.filter((field) => !notInBody.includes(field)).sort());
  });

  it.each(named)('%s has its rules, field by field', (name, { method, body }) => {
    const { onlyInBody = [] } = exceptions[name] ?? {};
    for (const [field, { rule, within }] of Object.entries(body.fields)) {
      if (!onlyInBody.includes(field)) expectSame(rule, shapeOf(method.request)[field], within, `${name}: ${field}`);
    }
  });

  function expectSame(
    rule: z.ZodType,
    contract: z.ZodType | undefined,
    within: BodyRoute['body'] | undefined,
    where: string,
  ) {
    const wanted =
      contract instanceof z.ZodNullable && withoutNull.some((name) => where.startsWith(name))
        ? contract.unwrap()
        : contract;
    expect({ where, rule: documented(rule) }).toEqual({ where, rule: wanted && documented(wanted as z.ZodType) });
    if (!within || !contract) return;
    const inner = shapeOf(contract);
    expect({ where, fields: Object.keys(within.fields).sort() }).toEqual({ where, fields: Object.keys(inner).sort() });
    for (const [field, { rule: own, within: deeper }] of Object.entries(within.fields))
      expectSame(own, inner[field], deeper, `${where}.${field}`);
  }
});

/** Without a running system; test/access/rules.spec.ts sends the same. */
describe('a body and a request are judged alike', () => {
  const isAt = (faults: { pointer: string }[], pointer: string) => faults.some((fault) => fault.pointer === pointer);

  function overHttp({ carriedIn, type, listOf }: BodyRoute, pointer: string, body: Record<string, unknown>): boolean {
    const pipe = new BodyPipe(type.list);
    try {
      pipe.transform(listOf ? body[listOf] : body, { type: carriedIn, metatype: type.of });
      return true;
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      return !isAt(error.fields, listOf ? pointer.slice(`/${listOf}`.length) : pointer);
    }
  }

  const overRpc = ({ method }: BodyRoute, pointer: string, body: Record<string, unknown>): boolean =>
    !isAt(check(method.request, body).faults ?? [], pointer);

  it.each(ruleCases)('%s %s: %s', (_route, pointer, _rule, route, { inside, outside }) => {
    expect({
      inside: [overHttp(route, pointer, inside), overRpc(route, pointer, inside)],
      outside: [overHttp(route, pointer, outside), overRpc(route, pointer, outside)],
    }).toEqual({ inside: [true, true], outside: [false, false] });
  });
});
