import { DocumentedReplies } from './documented-replies';

export interface CallOptions {
  session?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Sent as it is, instead of `body`. */
  raw?: string;
  form?: Record<string, string>;
  basic?: [user: string, password: string];
  timeoutMs?: number;
}

export interface ApiReply {
  status: number;
  headers: Headers;
  /** Parsed JSON, of whatever shape came back; `{}` for an empty body, text where it is no JSON. */
  body: ReturnType<typeof JSON.parse>;
}

/** Calls one edge over HTTP, as any client would, and fails where a reply is not as its OpenAPI document has it. */
export class Api {
  /** @param isDocumented whether replies are held to the document: not where copies of two releases reply */
  constructor(
    readonly baseUrl: string,
    private readonly isDocumented = true,
  ) {}

  get = (path: string, options?: CallOptions) => this.call('GET', path, options);
  post = (path: string, options?: CallOptions) => this.call('POST', path, options);
  put = (path: string, options?: CallOptions) => this.call('PUT', path, options);
  patch = (path: string, options?: CallOptions) => this.call('PATCH', path, options);
  delete = (path: string, options?: CallOptions) => this.call('DELETE', path, options);

  call = async (method: string, path: string, options: CallOptions = {}): Promise<ApiReply> => {
    const response = await this.send(method, path, options);
    const reply = { status: response.status, headers: response.headers, body: parsed(await response.text()) };
    if (this.isDocumented) (await DocumentedReplies.of(this.baseUrl))?.check(method, path, reply);
    return reply;
  };

  /** Of a reply that goes on for ever, its head; of a refusal all. */
  head = async (method: string, path: string, options: CallOptions = {}): Promise<ApiReply> => {
    const response = await this.send(method, path, options);
    if (response.status !== 200)
      return { status: response.status, headers: response.headers, body: parsed(await response.text()) };
    await response.body?.cancel();
    return { status: response.status, headers: response.headers, body: {} };
  };

  private send = (method: string, path: string, options: CallOptions): Promise<Response> =>
    fetch(`${this.baseUrl}${path}`, {
      method,
      headers: { ...headersOf(options), ...options.headers },
      body: bodyOf(options),
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs ?? 30_000),
    });
}

function headersOf({ session, body, form, basic }: CallOptions): Record<string, string> {
  return {
    ...(session && { authorization: `Bearer ${session}` }),
    ...(basic && { authorization: `Basic ${Buffer.from(basic.join(':')).toString('base64')}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
  };
}

function bodyOf({ body, raw, form }: CallOptions): string | undefined {
  if (raw !== undefined) return raw;
  if (form) return new URLSearchParams(form).toString();
  return body === undefined ? undefined : JSON.stringify(body);
}

function parsed(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
