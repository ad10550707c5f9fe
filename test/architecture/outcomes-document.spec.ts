import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import * as contracts from '#libs/contracts';
import { loadScript, textOf } from '../support/checkout';

type Document = { channels: Record<string, { address: string }>; components: { messages: Record<string, object> } };

describe('docs/outcomes.asyncapi.json', () => {
  let text: string;
  beforeAll(async () => {
    const { outcomesText } = await loadScript<{ outcomesText: (from: typeof contracts) => string }>(
      'docs',
      'make-outcomes.mjs',
    );
    text = outcomesText(contracts);
  });

  it('is what the contracts say; `npm run docs:events` writes it', () => {
    expect(textOf('docs', 'outcomes.asyncapi.json')).toBe(text);
  });

  it('is AsyncAPI 3, with every event that partners are told of', async () => {
    const schemas = await loadScript<{ default: { schemas: Record<string, object> } }>(
      'node_modules',
      '@asyncapi',
      'specs',
      'index.js',
    );
    const ajv = new Ajv({ strict: false, allErrors: true, logger: false, meta: false });
    addFormats(ajv);
    const validate = ajv.compile(schemas.default.schemas['3.0.0'] ?? {});
    const document = JSON.parse(text) as Document;
    validate(document);
    expect(validate.errors).toBeNull();
    expect(Object.values(document.channels).map(({ address }) => address)).toEqual(
      contracts.publicEventTypes.map((type) => `outcomes.{environment}.${type}`),
    );
  });
});
