import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { fieldClasses } from '../fields';
import { bodySchemaOf } from './body-schemas';
import { bodyName, componentsOf } from './contract-schemas';
import { withExamples } from './examples';
import { problemSchema } from './problem-schema';

export interface DocumentOptions {
  title: string;
  /** Where people reach the edge. */
  url: string;
  /** As browsers send them. */
  cookies: readonly string[];
  /** Of routes that Nest does not know. */
  morePaths?: OpenAPIObject['paths'];
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
const verbs = ['get', 'put', 'post', 'delete', 'patch'] as const;

const rateLimitHeaders = Object.fromEntries(
  [
    ['RateLimit-Limit', 'Requests a minute from one address.'],
    ['RateLimit-Remaining', 'How many of them are left.'],
    ['RateLimit-Reset', 'Seconds until all are there again.'],
  ].map(([name, description]) => [name, { description, schema: { type: 'integer' as const, examples: [60] } }]),
);

/** Some of these are refused before anything is counted. */
const unlimited = ['400', '415'];

const accountHeader = {
  name: 'Slipway-Account',
  in: 'header',
  required: false,
  description: 'The ID of the account that is meant, where the cookies of two are sent.',
  schema: { type: 'string', format: 'uuid' },
} as const;

/** The OpenAPI document of an edge: what Nest finds, with the schemas, names and headers that the contracts have. */
export function documentOf(app: NestFastifyApplication, options: DocumentOptions): OpenAPIObject {
  const found = SwaggerModule.createDocument(app, describe(options), {
    operationIdFactory: (_controller, method) => method,
  });
  Object.assign(found.paths, options.morePaths);
  for (const [path, operations] of Object.entries(found.paths))
    for (const verb of verbs) {
      const operation = operations[verb];
      if (!operation) continue;
      if (!path.startsWith('/v1/')) operation.operationId = idOfPath(verb, path);
      complete(operation, path.startsWith('/v1/'), options);
    }
  const bodies = Object.keys(found.components?.schemas ?? {}).flatMap((name) => {
    const type = fieldClasses.get(name);
    return type ? [[bodyName(name), bodySchemaOf(type)] as const] : [];
  });
  const schemas = { ...Object.fromEntries(bodies), Problem: problemSchema };
  const components = componentsOf({ paths: found.paths, schemas });
  const securitySchemes = usedSchemes(found);
  const document = { ...found, components: { schemas: { ...schemas, ...components }, securitySchemes } };
  return withExamples(document) as OpenAPIObject;
}

function describe({ title, url, cookies }: DocumentOptions) {
  const builder = new DocumentBuilder()
    .setTitle(title)
    .setDescription('Errors are problem documents (RFC 9457); `code` is stable. Lists are `{items, nextCursor}`.')
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .setOpenAPIVersion('3.1.0')
    .addServer(url)
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'opaque',
        description: 'The session from POST /v1/sessions.',
      },
      'session',
    )
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A session token of a key.' },
      'token',
    )
    .addBasicAuth({ type: 'http', scheme: 'basic', description: 'Application ID and secret.' }, 'basic');
  for (const cookie of cookies)
    builder.addCookieAuth(
      cookie,
      { type: 'apiKey', in: 'cookie', description: 'The session, as POST /v1/sessions sets it in a browser.' },
      cookie,
    );
  return builder.build();
}

/** One handler stands at the paths of both environments: `postSandboxOauth2Token`. */
const idOfPath = (verb: string, path: string): string =>
  verb + path.replace(/[^a-z0-9]+([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase()).replace(/[^a-z0-9]/gi, '');

function usedSchemes({ paths, components }: OpenAPIObject) {
  const operations = Object.values(paths).flatMap((path) => verbs.flatMap((verb) => path[verb] ?? []));
  const used = new Set(operations.flatMap(({ security = [] }) => security.flatMap((scheme) => Object.keys(scheme))));
  return Object.fromEntries(Object.entries(components?.securitySchemes ?? {}).filter(([name]) => used.has(name)));
}

/** Nest refers to a body by the name of its class. */
const renamed = (body: Operation['requestBody']): Operation['requestBody'] =>
  body &&
  (JSON.parse(
    JSON.stringify(body).replace(
      /"#\/components\/schemas\/(\w+)"/g,
      (_, name: string) => `"#/components/schemas/${bodyName(name)}"`,
    ),
  ) as Operation['requestBody']);

function complete(operation: Operation, isForPeople: boolean, { cookies }: DocumentOptions): void {
  operation.requestBody = renamed(operation.requestBody);
  const isSignedIn = operation.security?.some((scheme) => 'session' in scheme) ?? false;
  if (isSignedIn) {
    operation.security = [...(operation.security ?? []), ...cookies.map((cookie) => ({ [cookie]: [] }))];
    if (cookies.length > 1) operation.parameters = [...(operation.parameters ?? []), accountHeader];
  }
  if (!isForPeople) return;
  for (const [status, response] of Object.entries(operation.responses))
    if (response && !('$ref' in response) && !unlimited.includes(status))
      response.headers = { ...rateLimitHeaders, ...response.headers };
}
