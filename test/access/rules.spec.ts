import { randomUUID } from 'node:crypto';
import {
  errorCatalogue,
  identity,
  rpcSubject,
  type Caller,
  type CallerSession,
  type ErrorCode,
  type RpcMethod,
  type Scope,
} from '#libs/contracts';
import { expectStatus, Scenario, sharedSystem, type Api, type ApiReply, type PartnerAccount } from '#libs/testing';
import { BrokerUser } from '../support/broker';
import type { BodyRoute } from '../support/routes';
import { ruleCases } from '../support/rule-cases';

// What the HTTP edge says of a value, and what the service says of it to whoever calls it, must not differ.

const system = sharedSystem();
const scenario = new Scenario(system);

/** What each edge sends with: a session over HTTP, and the caller and session that this is over RPC. */
interface Sender {
  api: Api;
  session: string;
  signedIn: SignedIn;
}

interface SignedIn {
  caller: Caller;
  session?: CallerSession;
}

interface Fault {
  pointer: string;
}

let senders: Record<BodyRoute['edge'], Sender>;
let users: BrokerUser[];
let somebody: PartnerAccount;

const asService = (name: string): SignedIn => ({ caller: { kind: 'service', name } });

const userOf = (edge: BodyRoute['edge'], scope: Scope) => {
  const user = users.find((one) => one.app === edge && one.scope === scope);
  if (!user) throw new Error(`${edge} has no user in ${scope}`);
  return user;
};

async function call(edge: BodyRoute['edge'], scope: Scope, subject: string, request: object, signedIn: SignedIn) {
  const context = JSON.stringify({
    ...signedIn,
    traceId: randomUUID().replaceAll('-', ''),
    deadline: Date.now() + 20_000,
  });
  const message = await userOf(edge, scope).request(subject, JSON.stringify(request), { 'Slipway-Context': context });
  if (!message) throw new Error(`nobody answered ${subject}`);
  return message.json<Record<string, unknown>>();
}

beforeAll(async () => {
  ({ sandbox: somebody } = await scenario.readyPartner());
  users = await Promise.all([
    BrokerUser.logIn(system, 'gateway', 'sandbox'),
    BrokerUser.logIn(system, 'gateway', 'shared'),
    BrokerUser.logIn(system, 'admin', 'shared'),
    BrokerUser.logIn(system, 'admin', 'production'),
  ]);
  senders = { gateway: await aPersonSending(), admin: await aMemberSending() };
});

async function aPersonSending(): Promise<Sender> {
  const { session } = await scenario.signIn(somebody.username, somebody.domain, somebody.password);
  const subject = rpcSubject(identity.authenticate, 'sandbox');
  const signedIn = await call('gateway', 'sandbox', subject, { accessToken: session }, asService('gateway'));
  return { api: scenario.gateway, session, signedIn: signedIn as unknown as SignedIn };
}

async function aMemberSending(): Promise<Sender> {
  const { session } = await scenario.signInStaff(system.admin);
  const subject = rpcSubject(identity.authenticateStaff, 'shared');
  const signedIn = await call('admin', 'shared', subject, { accessToken: session }, asService('admin'));
  return { api: scenario.admin, session, signedIn: signedIn as unknown as SignedIn };
}

/** Five wrong passwords or codes end a session: each case of these has one of its own. */
const tried: RpcMethod[] = [
  identity.changePassword,
  identity.changeEmail,
  identity.changeStaffPassword,
  identity.presentSecondFactor,
  identity.confirmSecondFactor,
  identity.reauthenticateStaff,
];

/** What was accepted of the provider's own would be sent everything that happens from now on. */
async function deleteWebhooksOfProvider(): Promise<void> {
  const { api, session } = senders.admin;
  const { items } = expectStatus(await api.get('/v1/webhooks/production', { session }), 200).body;
  for (const { id } of items as { id: string }[])
    expectStatus(await api.delete(`/v1/webhooks/production/${id}`, { session }), 204);
}

afterAll(async () => {
  await deleteWebhooksOfProvider();
  await Promise.all(users.map((user) => user.close()));
});

/** Nothing has these ids: what is accepted is looked for in vain. An environment that is none is refused after the body. */
const inPath = (name: string, isRead = false): string => {
  if (name !== 'environment') return randomUUID();
  return isRead ? 'production' : 'mars';
};

async function overHttp(
  { edge, verb, path, listOf, carriedIn }: BodyRoute,
  pointer: string,
  body: Record<string, unknown>,
) {
  const { api, session } = senders[edge];
  const address = path.replace(/:(\w+)/g, (_, name: string) => inPath(name, verb === 'GET'));
  const reply: ApiReply =
    carriedIn === 'query'
      ? await (path.endsWith('/stream') ? api.head : api.call)(
          verb,
          `${address}?${new URLSearchParams(body as Record<string, string>).toString()}`,
          { session },
        )
      : await api.call(verb, address, { session, body: listOf ? body[listOf] : body });
  if (reply.status >= 500) expectStatus(reply, 400);
  const { code, errors = [] } = reply.body as { code?: string; errors?: Fault[] };
  return verdict(code, errors, listOf ? pointer.slice(`/${listOf}`.length) : pointer);
}

/** What the provider keeps of its own stays out of the sandbox, where other tests have theirs. */
function scopeOf(edge: BodyRoute['edge'], { scopes }: RpcMethod): Scope {
  if (!scopes.includes('sandbox')) return 'shared';
  return edge === 'admin' ? 'production' : 'sandbox';
}

async function overRpc({ edge, method, pathFields }: BodyRoute, pointer: string, body: Record<string, unknown>) {
  const scope = scopeOf(edge, method);
  const request = { ...Object.fromEntries(pathFields.map((name) => [name, inPath(name)])), ...body };
  const signedIn: SignedIn = method.allow === 'anyone' ? { caller: { kind: 'anonymous' } } : senders[edge].signedIn;
  const { fields = [], code } = await call(edge, scope, rpcSubject(method, scope), request, signedIn);
  expect(['forbidden', 'not_signed_in']).not.toContain(code);
  // Whoever was busy has not said what it makes of the value.
  expect(['internal', 'unavailable']).not.toContain(code && errorCatalogue[code as ErrorCode]);
  return verdict(String(code), fields as Fault[], pointer);
}

/** What is taken already is a conflict, and breaks no rule. */
const verdict = (code: string | undefined, faults: Fault[], pointer: string): 'refused' | 'accepted' =>
  code === 'invalid_request' && faults.some((fault) => fault.pointer === pointer) ? 'refused' : 'accepted';

test('there is a case for every route that carries a rule', () => {
  expect(ruleCases.length).toBeGreaterThan(80);
});

test.each(ruleCases)('%s %s: %s, over HTTP as over RPC', async (_route, pointer, rule, route, { inside, outside }) => {
  if (tried.includes(route.method))
    senders[route.edge] = await (route.edge === 'gateway' ? aPersonSending() : aMemberSending());
  const [httpInside, httpOutside] = await Promise.all([
    overHttp(route, pointer, inside),
    overHttp(route, pointer, outside),
  ]);
  const [rpcInside, rpcOutside] = await Promise.all([
    overRpc(route, pointer, inside),
    overRpc(route, pointer, outside),
  ]);
  // A cursor may be well-formed and yet none that any page has given out.
  const isGivenOut = pointer !== '/cursor' && !(pointer === '/after' && rule.startsWith('at most'));
  const within = isGivenOut ? 'accepted' : 'refused';
  expect({ inside: [httpInside, rpcInside], outside: [httpOutside, rpcOutside] }).toEqual({
    inside: [within, within],
    outside: ['refused', 'refused'],
  });
});
