import { createConfig, lintFromString } from '@redocly/openapi-core';
import { sharedSystem } from '#libs/testing';

type Schema = Record<string, unknown>;

/** Properties that hold a plain value, with what they are named. */
function* plainProperties(part: unknown, path = ''): Generator<[path: string, schema: Schema]> {
  if (typeof part !== 'object' || part === null) return;
  for (const [key, value] of Object.entries(part)) {
    if (key === 'properties')
      for (const [name, schema] of Object.entries(value as Record<string, Schema>))
        if (['string', 'integer', 'number', 'boolean'].includes(String([schema['type']].flat()[0])))
          yield [`${path}/${name}`, schema];
    yield* plainProperties(value, `${path}/${key}`);
  }
}

/** What generators of clients and readers of the document stumble over. */
describe('the OpenAPI document', () => {
  const { gatewayUrl, adminUrl } = sharedSystem();

  const documentOf = async (url: string) => (await fetch(`${url}/v1/openapi.json`)).text();

  it.each([
    ['partners', gatewayUrl],
    ['staff', adminUrl],
  ])("for %s keeps Redocly's recommended rules", async (_name, url) => {
    const config = await createConfig({
      extends: ['recommended'],
      rules: {
        'no-invalid-schema-examples': 'error',
        'no-invalid-media-type-examples': 'error',
        // Here it is served from localhost; elsewhere from SLIPWAY_PUBLIC_URL.
        'no-server-example.com': 'off',
      },
    });
    const problems = await lintFromString({ source: await documentOf(url), config });
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
  });

  it.each([
    ['partners', gatewayUrl],
    ['staff', adminUrl],
  ])('for %s has an example of every plain value', async (_name, url) => {
    const document = JSON.parse(await documentOf(url)) as object;
    const properties = [...plainProperties(document)];
    expect(properties.length).toBeGreaterThan(100);
    expect(properties.filter(([, { examples }]) => examples === undefined).map(([path]) => path)).toEqual([]);
  });
});
