import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A site that was built: its files, below one folder, with `index.html` for every page. */
export interface Site {
  folder: string;
  contentSecurityPolicy: string;
}

/** Their names carry a hash of what is in them (Vite's default folder): another content is another file. */
const isHashed = (path: string): boolean => /[\\/]assets[\\/][^\\/]+$/.test(path);
const cacheControlOf = (path: string): string => (isHashed(path) ? 'public, max-age=31536000, immutable' : 'no-cache');

const firstSegment = (path: string): string => path.split('/').find((segment) => segment !== '') ?? '';

/**
 * Serves a built site beside the API. Its files are listed once and each is a route, so no address leads out of the
 * folder, nor to dot files. For an address that neither knows, a browser is given the first page: it is the site's own.
 * Call it before other routes are added: what they begin with is theirs.
 */
export async function serveSite(fastify: FastifyInstance, { folder, contentSecurityPolicy }: Site): Promise<void> {
  const taken = new Set<string>();
  fastify.addHook('onRoute', ({ url }) => void taken.add(firstSegment(url)));

  const isPage = ({ params, headers }: FastifyRequest): boolean =>
    !taken.has(firstSegment((params as { '*': string })['*'])) && /\btext\/html\b/i.test(headers.accept ?? '');

  await fastify.register(async (site) => {
    await site.register(fastifyStatic, {
      root: folder,
      wildcard: false,
      dotfiles: 'deny',
      cacheControl: false,
      setHeaders: (reply, path) =>
        void reply.headers({
          'content-security-policy': contentSecurityPolicy,
          'cache-control': cacheControlOf(path),
        }),
    });
    site.get('/*', (request, reply) => (isPage(request) ? reply.sendFile('index.html') : reply.callNotFound()));
  });
}
