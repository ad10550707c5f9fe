import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
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
    const linting = promisify(execFile)(process.execPath, [join(__dirname, 'lint-openapi.mjs')]);
    linting.child.stdin?.end(await documentOf(url));
    expect(JSON.parse((await linting).stdout)).toEqual([]);
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
