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

export interface MethodRoute {
  /** `KeysController.create of gateway` */
  name: string;
  edge: Edge;
  /** GET, POST, … */
  verb: string;
  /** `/v1/keys/:id` */
  path: string;
  method: RpcMethod;
}

export interface BodyRoute extends MethodRoute {
  /** Where the fields stand. */
  carriedIn: 'body' | 'query';
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

/** Every controller of both edges. */
const controllers: [Edge, Class][] = [
  ...controllersOf(GatewayModule).map((controller): [Edge, Class] => ['gateway', controller]),
  ...controllersOf(AdminModule).map((controller): [Edge, Class] => ['admin', controller]),
];

/** Every route that names an RPC method, read from the controllers themselves. */
export const methodRoutes: MethodRoute[] = controllers.flatMap(([edge, controller]) =>
  handlersOf(edge, controller).flatMap(({ route }) => route ?? []),
);

/** Every route that has a body or a query of a class. */
const routes: BodyRoute[] = controllers.flatMap(([edge, controller]) => routesOf(edge, controller));
export const bodyRoutes = routes.filter(({ carriedIn }) => carriedIn === 'body');
export const queryRoutes = routes.filter(({ carriedIn }) => carriedIn === 'query');

function controllersOf(module: Class): Class[] {
  return (Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) ?? []) as Class[];
}

/** The handlers of a controller, each with its route where it names a method. */
function handlersOf(edge: Edge, controller: Class): { handlerName: string; route?: MethodRoute }[] {
  const prototype = controller.prototype as Record<string, object>;
  return Object.getOwnPropertyNames(prototype).flatMap((handlerName) => {
    const handler = prototype[handlerName];
    const verb = handler && (Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined);
    if (!handler || verb === undefined) return [];
    const method = methodOf(handler);
    if (!method) return [{ handlerName }];
    const path = ['', ...[controller, handler].map((one) => String(Reflect.getMetadata(PATH_METADATA, one)))]
      .join('/')
      .replace(/\/+$/, '');
    const name = `${controller.name}.${handlerName} of ${edge}`;
    return [{ handlerName, route: { name, edge, verb: RequestMethod[verb] ?? '', path, method } }];
  });
}

function routesOf(edge: Edge, controller: Class): BodyRoute[] {
  return handlersOf(edge, controller).flatMap(({ handlerName, route }) => {
    const places = ['body', 'query'] as const;
    const carried = places.flatMap((place) => fieldsCarried(controller, handlerName, place) ?? []);
    if (carried.length === 0) return [];
    if (!route) throw new Error(`${controller.name}.${handlerName} takes fields and names no method`);
    return carried.map((fields) => ({ ...route, ...fields, pathFields: pathFieldsOf(route.path, route.method) }));
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
