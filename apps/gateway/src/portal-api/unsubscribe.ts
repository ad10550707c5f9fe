import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { environmentOfUnsubscription, notifications, type ErrorCode } from '#libs/contracts';
import { notFound, toSlipwayError } from '#libs/errors';
import { nobody, problemResponse, sendProblem, type EdgeRequest } from '#libs/http';
import { LOGGER, type Logger } from '#libs/observability';
import { RpcClient } from '#libs/rpc';

const path = '/unsubscribe/:token';

/** No script, no style, nothing from elsewhere; its one form leads here. */
const contentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

const pageOf = (title: string, body: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <title>${title}</title>
  </head>
  <body>
    <h1>${title}</h1>
    ${body}
  </body>
</html>
`;

/** Programs that look at what a mail links to send a GET: it changes nothing. */
const confirmation = pageOf(
  'No more mails of this kind?',
  `<p>The inbox of the portal has everything nevertheless.</p>
    <form method="post"><button type="submit">Unsubscribe</button></form>`,
);

const inWords: Record<notifications.NewsKind, string> = {
  security: 'the security of your account',
  account: 'your account',
  outcomes: 'outcomes of reviews',
  progress: 'what your colleagues do with subscriptions',
  keys: 'keys and API access',
  webhooks: 'webhooks that fail',
};

const done = (kind: notifications.NewsKind): string =>
  pageOf(
    'You are unsubscribed',
    `<p>You get no more mails about ${inWords[kind]}. To get them again, sign in to the portal and change your preferences.</p>`,
  );

const refused = pageOf(
  'This link does not work',
  '<p>It may have been cut off on its way. Sign in to the portal, and change what you are told by mail in your preferences.</p>',
);

/**
 * One click (RFC 8058): a mail program sends `List-Unsubscribe=One-Click` as a form of either kind, or a person presses the
 * button. What is sent is not read: the address says it all.
 */
export async function addUnsubscribe(app: NestFastifyApplication): Promise<void> {
  const rpc = app.get(RpcClient);
  const logger = app.get<Logger>(LOGGER);
  await app
    .getHttpAdapter()
    .getInstance()
    .register((pages, _options, registered) => {
      pages.removeAllContentTypeParsers();
      pages.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, parsed) => parsed(null));
      pages.setErrorHandler((error, request, reply) => {
        if (!wantsPage(request) || toSlipwayError(error).category !== 'not_found')
          return sendProblem(reply, error, logger);
        return show(reply.status(404), refused);
      });
      pages.get(path, (_request, reply) => show(reply, confirmation));
      pages.post(path, async (request, reply) => show(reply, done(await unsubscribe(rpc, request as EdgeRequest))));
      registered();
    });
}

const wantsPage = ({ headers }: FastifyRequest): boolean => /\btext\/html\b/i.test(headers.accept ?? '');

const show = (reply: FastifyReply, page: string) =>
  reply
    .headers({ 'content-security-policy': contentSecurityPolicy, 'cache-control': 'no-store' })
    .type('text/html; charset=utf-8')
    .send(page);

/** @throws not_found */
async function unsubscribe(rpc: RpcClient, request: EdgeRequest): Promise<notifications.NewsKind> {
  const { token } = request.params as { token: string };
  const environment = environmentOfUnsubscription(token);
  if (!environment) throw notFound();
  const context = { ...nobody, traceId: request.traceId, deadline: request.deadline, address: request.ip };
  return (await rpc.call(notifications.unsubscribe, environment, { token }, context)).kind;
}

const operation = {
  tags: ['Notifications'],
  security: [{}],
  parameters: [
    {
      name: 'token',
      in: 'path' as const,
      required: true,
      description: 'As a mail has it in `List-Unsubscribe`.',
      schema: { type: 'string' as const, maxLength: 200, examples: ['slpu_sbx_AZomsCWr'] },
    },
  ],
};

const html = (description: string) => ({
  description,
  content: { 'text/html': { schema: { type: 'string' as const } } },
});

function refusal(statusCode: number, code: ErrorCode) {
  const { status, ...response } = problemResponse(statusCode, [code]);
  return { [String(status)]: response };
}
const tooMany = refusal(429, 'rate_limited');

/** What the OpenAPI document says of it. */
export const unsubscribePaths: OpenAPIObject['paths'] = {
  '/unsubscribe/{token}': {
    get: {
      ...operation,
      operationId: 'showUnsubscribe',
      summary: 'A page with a button, for whoever follows the link of a mail; changes nothing',
      responses: { 200: html('The page.'), ...tooMany },
    },
    post: {
      ...operation,
      operationId: 'unsubscribe',
      summary: 'No more mails of this kind for whoever got the mail (RFC 8058); as often as one likes',
      description: 'No sign-in. A body of any type is accepted, and not read.',
      responses: { 200: html('A page that says so.'), ...refusal(404, 'not_found'), ...tooMany },
    },
  },
};
