import 'reflect-metadata';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, MODULE_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import type { z } from 'zod';
import type { Edge, RpcMethod } from '#libs/contracts';
import { BodyPipe, fieldsOf, methodOf } from '#libs/http';
import { AdminModule } from '../../apps/admin/src/admin.module';
import { GatewayModule } from '../../apps/gateway/src/gateway.module';

type Class = new (...args: never[]) => object;

/** The fields of a body, with what the fields of its objects are. */
export interface Body {
  fields: Record<string, { rule: z.ZodType; within?: Body }>;
}

export interface BodyRoute {
  /** Where the fields stand. */
  carriedIn: 'body' | 'query';
  /** `KeysController.create of gateway` */
  name: string;
  edge: Edge;
  /** GET, POST, … */
  verb: string;
  /** `/v1/keys/:id` */
  path: string;
  method: RpcMethod;
  body: Body;
  /** The class of the body, or of its items. */
  type: { of?: new () => object; list?: BodyPipe['list'] };
  /** The field that the body itself is, where it is a list. */
  listOf?: string;
  /** Fields of the request that stand in the path. */
  pathFields: string[];
}

interface RouteArgument {
  index: number;
  pipes: unknown[];
}

/** Nest keeps a handler's arguments under `<kind>:<index>`. */
const kinds = { body: '3:', query: '4:' };

/** Every route of both edges that has a body or a query of a class, read from the controllers themselves. */
const routes: BodyRoute[] = [
  ...controllersOf(GatewayModule).flatMap((controller) => routesOf('gateway', controller)),
  ...controllersOf(AdminModule).flatMap((controller) => routesOf('admin', controller)),
];
export const bodyRoutes = routes.filter(({ carriedIn }) => carriedIn === 'body');
export const queryRoutes = routes.filter(({ carriedIn }) => carriedIn === 'query');

function controllersOf(module: Class): Class[] {
  return (Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) ?? []) as Class[];
}

function routesOf(edge: Edge, controller: Class): BodyRoute[] {
  const prototype = controller.prototype as Record<string, object>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    const verb = handler && (Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined);
    if (!handler || verb === undefined) return [];
    const carried = (['body', 'query'] as const).flatMap((place) => fieldsCarried(controller, name, place) ?? []);
    if (carried.length === 0) return [];
    const method = methodOf(handler);
    if (!method) throw new Error(`${controller.name}.${name} takes fields and names no method`);
    const path = ['', ...[controller, handler].map((one) => String(Reflect.getMetadata(PATH_METADATA, one)))]
      .join('/')
      .replace(/\/+$/, '');
    const route = {
      name: `${controller.name}.${name} of ${edge}`,
      edge,
      verb: RequestMethod[verb] ?? '',
      path,
      method,
    };
    return carried.map((fields) => ({ ...route, ...fields, pathFields: pathFieldsOf(path, method) }));
  });
}

type Carried = Pick<BodyRoute, 'carriedIn' | 'body' | 'type' | 'listOf'>;

function fieldsCarried(controller: Class, name: string, carriedIn: 'body' | 'query'): Carried | undefined {
  const given = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as Record<string, RouteArgument>;
  const [, argument] = Object.entries(given).find(([kind]) => kind.startsWith(kinds[carriedIn])) ?? [];
  if (!argument) return undefined;
  const list = argument.pipes.find((pipe) => pipe instanceof BodyPipe)?.list;
  if (list) {
    const items = { rule: list.rule, within: fieldsIn(list.items) };
    return { carriedIn, listOf: 'items', type: { list }, body: { fields: { items } } };
  }
  const types = Reflect.getMetadata('design:paramtypes', controller.prototype as object, name) as (new () => object)[];
  const type = types[argument.index];
  return type && { carriedIn, type: { of: type }, body: fieldsIn(type) };
}

function fieldsIn(type: new () => object): Body {
  const own = Object.entries(fieldsOf(type));
  return {
    fields: Object.fromEntries(
      own.map(([name, { rule, type: inner }]) => [name, { rule, ...(inner && { within: fieldsIn(inner()) }) }]),
    ),
  };
}

/** `:id` stands for the first id of the request; other parameters are named as the field is. */
function pathFieldsOf(path: string, method: RpcMethod): string[] {
  const names = Object.keys((method.request as z.ZodObject).shape);
  return [...path.matchAll(/:(\w+)/g)].flatMap(([, name = '']) =>
    name === 'id' ? names.filter((field) => field.endsWith('Id')).slice(0, 1) : [name],
  );
}
