import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

interface Response {
  content?: Record<string, { schema?: object }>;
  headers?: Record<string, object>;
}

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Response> } | undefined>>;
}

interface Reply {
  status: number;
  headers: Headers;
  body: unknown;
}

/** Formats that the contracts check themselves, and Ajv does not know. */
const ofContracts = ['time-zone', 'language', 'idn-hostname', 'base64'];

/** What the HTTP server itself refuses, on whichever route. */
const ofEveryRoute = [405, 408, 414, 431];

const loaded = new Map<string, DocumentedReplies>();

/** Holds every reply of an edge to its OpenAPI document: the route, the status, the type, the schema, the headers. */
export class DocumentedReplies {
  private readonly ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly routes: { pattern: RegExp; path: string }[];

  private constructor(private readonly document: Document) {
    for (const format of ofContracts) this.ajv.addFormat(format, true);
    this.ajv.addSchema(document, 'document');
    // What names more of the path comes first: `/v1/sessions/current` is no `{id}`.
    const paths = Object.keys(document.paths).sort((a, b) => a.split('{').length - b.split('{').length);
    this.routes = paths.map((path) => ({ path, pattern: new RegExp(`^${path.replace(/\{[^/]+\}/g, '[^/]+')}$`) }));
  }

  /** Undefined while nobody is there to say what is documented. */
  static async of(baseUrl: string): Promise<DocumentedReplies | undefined> {
    const known = loaded.get(baseUrl);
    if (known) return known;
    const response = await fetch(`${baseUrl}/v1/openapi.json`).catch(() => undefined);
    if (!response?.ok) return undefined;
    const documented = new DocumentedReplies((await response.json()) as Document);
    loaded.set(baseUrl, documented);
    return documented;
  }

  /** @throws Error that says what is not documented */
  check(method: string, address: string, reply: Reply): void {
    const { pathname } = new URL(address, 'http://localhost');
    const fault = this.faultOf(method.toLowerCase(), pathname, reply);
    if (fault) throw new Error(`${method} ${pathname}: ${reply.status}: ${fault}\n${JSON.stringify(reply.body)}`);
  }

  private faultOf(method: string, pathname: string, { status, headers, body }: Reply): string | undefined {
    const route = this.routes.find(({ pattern }) => pattern.test(pathname));
    const operation = route && this.document.paths[route.path]?.[method];
    if (!route || !operation)
      return pathname.startsWith('/v1/') && status < 400 && pathname !== '/v1/openapi.json'
        ? 'no such route is documented'
        : undefined;
    if (ofEveryRoute.includes(status)) return undefined;
    // Somebody else's reply, of whom nothing is known.
    if ('default' in operation.responses) return undefined;
    const response = operation.responses[status];
    if (!response) return 'this status is not documented';
    for (const name of Object.keys(response.headers ?? {}))
      if (!headers.has(name)) return `the documented header ${name} is missing`;
    return this.faultOfBody([route.path, method, 'responses', String(status)], response, headers, body);
  }

  private faultOfBody(place: string[], { content }: Response, headers: Headers, body: unknown): string | undefined {
    const [type = ''] = (headers.get('content-type') ?? '').split(';');
    if (!content) return type ? `a body of type ${type} is not documented` : undefined;
    if (!(type in content)) return `the type ${type || '(none)'} is not documented`;
    if (!content[type]?.schema) return undefined;
    const validate = this.validatorOf([...place, 'content', type, 'schema']);
    return validate(body) ? undefined : this.ajv.errorsText(validate.errors);
  }

  private validatorOf(place: string[]): ValidateFunction {
    const pointer = ['paths', ...place].map((part) =>
      encodeURIComponent(part.replace(/~/g, '~0').replace(/\//g, '~1')),
    );
    const reference = `document#/${pointer.join('/')}`;
    const known = this.validators.get(reference) ?? this.ajv.compile({ $ref: reference });
    this.validators.set(reference, known);
    return known;
  }
}
