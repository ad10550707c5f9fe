// Reads an OpenAPI document and prints what Redocly's recommended rules say of it, as JSON. A program of its own: the linter
// is an ES module, which Jest here does not load.
import { text } from 'node:stream/consumers';
import { createConfig, lintFromString } from '@redocly/openapi-core';

const config = await createConfig({
  extends: ['recommended'],
  rules: {
    'no-invalid-schema-examples': 'error',
    'no-invalid-media-type-examples': 'error',
    // In tests it is served from localhost; elsewhere from SLIPWAY_PUBLIC_URL.
    'no-server-example.com': 'off',
  },
});
const problems = await lintFromString({ source: await text(process.stdin), config });
console.log(JSON.stringify(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])));
