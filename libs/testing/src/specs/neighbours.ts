import { performance } from 'node:perf_hooks';
import { rpcSubject, type App, type ReplyOf, type RequestOf, type RpcMethod, type Scope } from '#libs/contracts';
import type { RequestContext } from '#libs/rpc';

type Handler<M extends RpcMethod> = (
  request: RequestOf<M>,
  call: { scope: Scope; context: RequestContext },
) => ReplyOf<M> | Promise<ReplyOf<M>>;

interface RecordedCall {
  method: string;
  scope: Scope;
  request: unknown;
}

/**
 * The other services, as a spec has them answer. Requests and replies are held against their contracts, so that a fake
 * cannot say what the real one never would.
 */
export class Neighbours {
  readonly calls: RecordedCall[] = [];
  private readonly handlers = new Map<string, Handler<RpcMethod>>();

  constructor(private readonly app: App) {}

  /** From now on, in every scope; a later one replaces it. */
  handle<M extends RpcMethod>(method: M, handler: Handler<M>): this {
    this.handlers.set(keyOf(method), handler as unknown as Handler<RpcMethod>);
    return this;
  }

  async call<M extends RpcMethod>(
    method: M,
    scope: Scope,
    request: RequestOf<M>,
    context: RequestContext,
  ): Promise<ReplyOf<M>> {
    if (!method.calledBy.includes(this.app)) throw new Error(`${this.app} may not call ${rpcSubject(method, scope)}`);
    if (!method.scopes.includes(scope)) throw new Error(`${keyOf(method)} is not in ${scope}`);
    this.calls.push({ method: method.name, scope, request });
    const handler = this.handlers.get(keyOf(method));
    if (!handler) throw new Error(`this spec has nobody to handle ${rpcSubject(method, scope)}`);
    const reply = await handler(method.request.parse(request), { scope, context });
    return method.reply.parse(reply) as ReplyOf<M>;
  }

  systemContext(traceId = '0'.repeat(32), timeoutMs = 5_000): RequestContext {
    return { caller: { kind: 'service', name: this.app }, traceId, deadline: performance.now() + timeoutMs };
  }
}

const keyOf = ({ service, name, version }: RpcMethod): string => `${service}.${name}.v${version}`;
