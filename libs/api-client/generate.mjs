// Writes the types of the gateway's API from what a gateway says of itself. Without an address, of the one that `npm start` runs:
//   npm run api-client -- http://localhost:8080
// A second argument names another file than the one that is committed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTypescript, { astToString } from 'openapi-typescript';

const committed = join(import.meta.dirname, 'src', 'gateway.generated.ts');
const head = '// Generated from the OpenAPI document of the gateway: npm run api-client. Do not edit.\n';

/** @typedef {{ responses: Record<string, object> }} Operation */
/** @typedef {{ openapi: string, info: { title: string, version: string }, components: import('openapi-typescript').OpenAPI3['components'], paths: Record<string, Record<string, Operation>> }} Document */

/** Every error is a problem document; once is enough. */
const problem = {
  description: 'RFC 9457 problem details.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** @param {Operation} operation @returns {Operation} */
function withOneError(operation) {
  const successes = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
  return { ...operation, responses: { ...Object.fromEntries(successes), default: problem } };
}

/**
 * What people do; where an installation is, is no part of its API.
 * @param {Document} document
 * @returns {import('openapi-typescript').OpenAPI3}
 */
function apiOfPeople({ openapi, info, components, paths }) {
  const ofPeople = Object.entries(paths)
    .filter(([path]) => path.startsWith('/v1/'))
    .map(([path, operations]) => [
      path,
      Object.fromEntries(Object.entries(operations).map(([method, operation]) => [method, withOneError(operation)])),
    ]);
  return { openapi, info, components, paths: Object.fromEntries(ofPeople) };
}

const [gatewayUrl = 'http://localhost:8080', file = committed] = process.argv.slice(2);
const reply = await fetch(`${gatewayUrl}/v1/openapi.json`);
if (!reply.ok) throw new Error(`${gatewayUrl}/v1/openapi.json: ${reply.status}`);
const document = /** @type {Document} */ (await reply.json());
const types = await openapiTypescript(apiOfPeople(document), { defaultNonNullable: false });
writeFileSync(file, `${head}${astToString(types)}`);
