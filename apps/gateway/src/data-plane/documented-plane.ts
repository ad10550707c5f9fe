import type { OpenAPIObject } from '@nestjs/swagger';
import { problemResponse } from '#libs/http';
import { environments, type Environment, type ErrorCode } from '#libs/contracts';

type Path = OpenAPIObject['paths'][string];

const refusals: [status: number, codes: ErrorCode[]][] = [
  [401, ['token_required', 'invalid_token', 'wrong_environment']],
  [403, ['gateway.not_subscribed', 'address_not_allowed']],
  [404, ['gateway.no_such_product']],
  [408, ['request_timeout']],
  [429, ['gateway.too_many_calls']],
  [501, ['gateway.upgrade_not_supported']],
  [502, ['gateway.upstream_failed']],
  [503, ['gateway.upstream_busy', 'unavailable']],
  [504, ['gateway.upstream_timeout']],
];

const parameter = (name: string, description: string, example: string) =>
  ({ name, in: 'path', required: true, description, schema: { type: 'string', examples: [example] } }) as const;

const planeOf = (environment: Environment): Path => {
  const described = {
    tags: ['Data plane'],
    summary: `A call of a product, in ${environment}`,
    description:
      'Any method, and any path below. Method, path, query, body and headers reach the provider as they came; its reply comes back as it gave it. What Slipway itself refuses is a problem document.',
    security: [{ token: [] }],
    parameters: [
      parameter('product', 'The slug of a product.', 'orders'),
      parameter('path', 'A path of its API, of one segment or several.', 'customers'),
    ],
    responses: {
      default: { description: "The provider's own reply, of whatever status and type." },
      ...Object.fromEntries(
        refusals.map(([status, codes]) => {
          const { status: _status, ...response } = problemResponse(status, codes);
          return [status, response];
        }),
      ),
    },
  };
  const verbs = ['get', 'post', 'put', 'patch', 'delete'];
  return Object.fromEntries(verbs.map((verb) => [verb, { ...described }])) as Path;
};

/** OpenAPI has no path with any number of segments: one stands for them. */
export const planePaths = Object.fromEntries(
  environments.map((environment) => [`/${environment}/api/{product}/{path}`, planeOf(environment)]),
);
