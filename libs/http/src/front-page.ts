import type { FastifyInstance } from 'fastify';

/** What stands at `/` of an edge that has no site: a way to everything else. No script, no style, nothing from elsewhere. */
const contentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const pageOf = (title: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
  </head>
  <body>
    <h1>${title}</h1>
    <p>An API is served here. Read how to use it, and what it says of itself:</p>
    <ul>
      <li><a href="/docs">Documentation of the API</a>, to read and to try</li>
      <li><a href="/v1/openapi.json">OpenAPI description</a>, for programs and generators</li>
      <li><a href="/healthz">/healthz</a>: whether this process runs; <a href="/readyz">/readyz</a>: whether all that it needs is there</li>
    </ul>
  </body>
</html>
`;

/** In the place of a site (`serveSite`), which brings its own first page. */
export function serveFrontPage(fastify: FastifyInstance, title: string): void {
  const page = pageOf(title);
  fastify.get('/', (_request, reply) =>
    reply
      .headers({ 'content-security-policy': contentSecurityPolicy, 'cache-control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(page),
  );
}
