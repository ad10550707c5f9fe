import { Api, sharedSystem } from '#libs/testing';
import { shapeOf } from './shape';

interface Operation {
  summary?: string;
  description?: string;
  security?: object[];
  parameters?: { in: string; name: string; required?: boolean }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

/** The HTTP contract: a change of a path, a body or an answer shows up as a diff here. */
describe('OpenAPI', () => {
  const { gatewayUrl, adminUrl } = sharedSystem();

  const contents = (content: Record<string, { schema: object }> = {}) =>
    Object.entries(content).map(([type, { schema }]) => [type, shapeOf(schema)]);

  const linesOf = ({ summary, description, security, parameters = [], requestBody, responses }: Operation) => ({
    what: `${summary} (${description}${security?.some((one) => 'session' in one) ? '; session' : ''})`,
    parameters: parameters.map(({ in: where, name, required }) => `${where} ${name}${required ? '' : '?'}`),
    body: contents(requestBody?.content),
    answers: Object.entries(responses).map(([status, { content }]) => [status, ...contents(content)]),
  });

  /** References that lead nowhere, and security schemes that nobody has declared. */
  const danglingIn = (document: Document & { components: { securitySchemes: object } }) => {
    const text = JSON.stringify(document);
    const refs = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]*)"/g)].map(([, name = '']) => name);
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    const schemes = operations.flatMap(({ security = [] }) => security.flatMap((one) => Object.keys(one)));
    return [
      ...refs.filter((name) => !(name in document.components.schemas)),
      ...schemes.filter((name) => !(name in document.components.securitySchemes)),
    ];
  };

  it.each([
    ['partners', gatewayUrl],
    ['staff', adminUrl],
  ])('for %s', async (_name, url) => {
    const { status, body } = await new Api(url).get('/v1/openapi.json');
    expect(status).toBe(200);
    const { openapi, paths, components } = body as Document;
    expect(openapi).toBe('3.1.0');
    expect(danglingIn(body)).toEqual([]);
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(operations)) {
        expect(linesOf(operation)).toMatchSnapshot(`${method.toUpperCase()} ${path}`);
      }
    }
    for (const [name, schema] of Object.entries(components.schemas)) expect(shapeOf(schema)).toMatchSnapshot(name);
  });
});
