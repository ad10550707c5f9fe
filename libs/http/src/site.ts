import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** A site that was built (deploy/embedded/sites.mjs). */
export interface Site {
  /** With `index.html` for every page, `assets/`, and `pages.json`: the addresses at which the site has a page. */
  folder: string;
  contentSecurityPolicy: (nonce: string) => string;
  /** What a parameter of an address may be. The site has pages for these and for nothing else. */
  parameters?: Readonly<Record<string, readonly string[]>>;
}

/** Vite writes it wherever the page needs the nonce of the reply. */
const noncePlaceholder = /__CSP_NONCE__/g;

const firstSegment = (path: string): string => path.split('/').find((segment) => segment !== '') ?? '';

/**
 * Serves a built site beside the API: its first page at each address of its own, by name, so that no address of the API,
 * nor a wrong one below it, is ever taken for a page (ADR 0043). A browser elsewhere is given the same page as a 404, by
 * which the site says that there is nothing, unless something else has routes that begin alike.
 * Call it before other routes are added: what they begin with is theirs.
 */
export async function serveSite(fastify: FastifyInstance, site: Site): Promise<void> {
  const { folder, contentSecurityPolicy, parameters = {} } = site;
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const addresses = pagesOf(folder).flatMap((pattern) => addressesOf(pattern, parameters));
  const taken = new Set(addresses.map(firstSegment).filter((segment) => segment !== ''));
  fastify.addHook('onRoute', ({ url }) => void taken.add(firstSegment(url)));

  const sendPage = (reply: FastifyReply) => {
    const nonce = randomBytes(16).toString('base64');
    return reply
      .headers({ 'content-security-policy': contentSecurityPolicy(nonce), 'cache-control': 'no-store' })
      .type('text/html; charset=utf-8')
      .send(page.replace(noncePlaceholder, nonce));
  };
  const isForPeople = ({ params, headers }: FastifyRequest): boolean =>
    !taken.has(firstSegment((params as { '*': string })['*'])) && /\btext\/html\b/i.test(headers.accept ?? '');

  for (const address of addresses) fastify.get(address, (_request, reply) => sendPage(reply));
  await fastify.register(async (routes) => {
    await serveAssets(routes, folder);
    routes.get('/*', (request, reply) => (isForPeople(request) ? sendPage(reply.code(404)) : reply.callNotFound()));
  });
}

/**
 * Their names carry a hash of what is in them: another content is another file. They are listed once, so no address leads
 * out of the folder. Each lies there compressed as well.
 */
const serveAssets = async (fastify: FastifyInstance, folder: string): Promise<void> =>
  void (await fastify.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    wildcard: false,
    dotfiles: 'deny',
    preCompressed: true,
    globIgnore: ['**/*.br', '**/*.gz'],
    cacheControl: false,
    setHeaders: (reply) =>
      void reply.headers({ 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding' }),
  }));

const pagesOf = (folder: string): string[] =>
  Object.values(JSON.parse(readFileSync(join(folder, 'pages.json'), 'utf8')) as Record<string, string>);

/** One for each value of the parameters that have only some; others take whatever stands there. */
function addressesOf(pattern: string, parameters: NonNullable<Site['parameters']>): string[] {
  const found = Object.entries(parameters).find(([name]) => pattern.split('/').includes(`:${name}`));
  if (!found) return [pattern];
  const [name, values] = found;
  return values.flatMap((value) => addressesOf(pattern.replace(`:${name}`, value), parameters));
}
