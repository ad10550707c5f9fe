import { METHODS } from 'node:http';
import type { FastifyInstance, HTTPMethods } from 'fastify';
import { SlipwayError } from '#libs/errors';

interface Route {
  url: string;
  methods: string[];
}

/** CONNECT has no address; Node keeps it from routes. */
const methods = METHODS.filter((method) => method !== 'CONNECT');

/** Whoever has a route for it refuses it there: it would show a caller what was added to a request on its way. */
const neverAllowed = 'TRACE';

/** Every method that Node reads, for routes that take them all. */
export function everyMethod(fastify: FastifyInstance): HTTPMethods[] {
  for (const method of methods) if (!fastify.supportedMethods.includes(method)) fastify.addHttpMethod(method);
  return methods;
}

/**
 * An address that is there, called by a method that is not, is 405 and says which there are (RFC 9110 15.5.6). To be
 * called before any route is added; what it returns, when all are.
 */
export function watchMethods(fastify: FastifyInstance): () => void {
  const routes: Route[] = [];
  fastify.addHook('onRoute', ({ url, method }) => {
    // A site's pages are at every address that nothing else is at.
    if (url !== '/*') routes.push({ url, methods: [method].flat() });
  });
  return () => {
    everyMethod(fastify);
    // Without those that are added here.
    const all = [...routes];
    const addresses = new Map(all.map(({ url }) => [shapeOf(url), url]));
    for (const url of addresses.values()) refuseOthers(fastify, url, methodsAt(url, all));
  };
}

function refuseOthers(fastify: FastifyInstance, url: string, taken: Set<string>): void {
  const allow = [...taken].filter((method) => method !== neverAllowed).join(', ');
  const refused = () => new SlipwayError('method_not_allowed', `There is no such method here. Allowed: ${allow}.`);
  fastify.route({
    method: methods.filter((method) => !taken.has(method)),
    url,
    exposeHeadRoute: false,
    // Before the body is read: it was sent to nobody.
    onRequest: (_request, reply, done) => {
      void reply.header('allow', allow);
      done(refused());
    },
    handler: () => Promise.reject(refused()),
  });
}

/** Also those of addresses with a parameter in its place, which are found where this one has no such method. */
const methodsAt = (address: string, routes: Route[]): Set<string> =>
  new Set(routes.filter(({ url }) => matches(url, address)).flatMap((route) => route.methods));

/** What parameters are called makes no difference to a router. */
const shapeOf = (url: string): string => url.replace(/:\w+/g, ':');

function matches(pattern: string, url: string): boolean {
  const literal = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replace(/:\w+/g, '[^/]+').replace(/\*$/, '.*')}$`).test(url);
}
