import { randomUUID } from 'node:crypto';
import { identity, rpcSubject, type Caller, type Scope } from '#libs/contracts';
import { expectStatus, Scenario, sharedSystem, type Api, type ApiReply } from '#libs/testing';
import { BrokerUser } from '../support/broker';
import type { BodyRoute } from '../support/routes';
import { ruleCases } from '../support/rule-cases';

// What the HTTP edge says of a value, and what the service says of it to whoever calls it, must not differ.

const system = sharedSystem();
const scenario = new Scenario(system);

/** What each edge sends with: a session over HTTP, and the caller that this session is over RPC. */
interface Sender {
  api: Api;
  session: string;
  caller: Caller;
}

interface Fault {
  pointer: string;
}

let senders: Record<BodyRoute['edge'], Sender>;
let users: BrokerUser[];

const asService = (name: string): Caller => ({ kind: 'service', name });

const userOf = (edge: BodyRoute['edge'], scope: Scope) => {
  const user = users.find((one) => one.app === edge && one.scope === scope);
  if (!user) throw new Error(`${edge} has no user in ${scope}`);
  return user;
};

async function call(edge: BodyRoute['edge'], scope: Scope, subject: string, request: object, caller: Caller) {
  const context = JSON.stringify({ caller, traceId: randomUUID().replaceAll('-', ''), deadline: Date.now() + 20_000 });
  const message = await userOf(edge, scope).request(subject, JSON.stringify(request), { 'Slipway-Context': context });
  if (!message) throw new Error(`nobody answered ${subject}`);
  return message.json<Record<string, unknown>>();
}

beforeAll(async () => {
  const partner = await scenario.readyPartner();
  const staff = await scenario.staff();
  users = await Promise.all([
    BrokerUser.logIn(system, 'gateway', 'sandbox'),
    BrokerUser.logIn(system, 'gateway', 'shared'),
    BrokerUser.logIn(system, 'admin', 'shared'),
  ]);
  const personOf = rpcSubject(identity.authenticate, 'sandbox');
  const staffOf = rpcSubject(identity.authenticateStaff, 'shared');
  const { session } = partner.sandbox;
  const person = await call('gateway', 'sandbox', personOf, { accessToken: session }, asService('gateway'));
  const member = await call('admin', 'shared', staffOf, { accessToken: staff }, asService('admin'));
  senders = {
    gateway: { api: scenario.gateway, session, caller: person['caller'] as Caller },
    admin: { api: scenario.admin, session: staff, caller: member['caller'] as Caller },
  };
});

afterAll(() => Promise.all(users.map((user) => user.close())));

/** Nothing has these ids: what is accepted is looked for in vain. An environment that is none is refused after the body. */
const inPath = (name: string): string => (name === 'environment' ? 'mars' : randomUUID());

async function overHttp(
  { edge, verb, path, listOf, carriedIn }: BodyRoute,
  pointer: string,
  body: Record<string, unknown>,
) {
  const { api, session } = senders[edge];
  const address = path.replace(/:(\w+)/g, (_, name: string) => inPath(name));
  const reply: ApiReply =
    carriedIn === 'query'
      ? await api.call(verb, `${address}?${new URLSearchParams(body as Record<string, string>).toString()}`, {
          session,
        })
      : await api.call(verb, address, { session, body: listOf ? body[listOf] : body });
  if (reply.status >= 500) expectStatus(reply, 400);
  const { code, errors = [] } = reply.body as { code?: string; errors?: Fault[] };
  return verdict(code, errors, listOf ? pointer.slice(`/${listOf}`.length) : pointer);
}

async function overRpc({ edge, method, pathFields }: BodyRoute, pointer: string, body: Record<string, unknown>) {
  const scope = method.scopes.includes('sandbox') ? 'sandbox' : 'shared';
  const request = { ...Object.fromEntries(pathFields.map((name) => [name, inPath(name)])), ...body };
  const caller: Caller = method.allow === 'anyone' ? { kind: 'anonymous' } : senders[edge].caller;
  const { fields = [], code } = await call(edge, scope, rpcSubject(method, scope), request, caller);
  expect(['internal', 'unavailable', 'forbidden', 'not_signed_in']).not.toContain(code);
  return verdict(String(code), fields as Fault[], pointer);
}

/** What is taken already is a conflict, and breaks no rule. */
const verdict = (code: string | undefined, faults: Fault[], pointer: string): 'refused' | 'accepted' =>
  code === 'invalid_request' && faults.some((fault) => fault.pointer === pointer) ? 'refused' : 'accepted';

test('there is a case for every route that carries a rule', () => {
  expect(ruleCases.length).toBeGreaterThan(80);
});

test.each(ruleCases)('%s %s: %s, over HTTP as over RPC', async (_route, pointer, _rule, route, { inside, outside }) => {
  const [httpInside, httpOutside] = await Promise.all([
    overHttp(route, pointer, inside),
    overHttp(route, pointer, outside),
  ]);
  const [rpcInside, rpcOutside] = await Promise.all([
    overRpc(route, pointer, inside),
    overRpc(route, pointer, outside),
  ]);
  // A cursor may be well-formed and yet none that any page has given out.
  const within = pointer === '/cursor' ? 'refused' : 'accepted';
  expect({ inside: [httpInside, rpcInside], outside: [httpOutside, rpcOutside] }).toEqual({
    inside: [within, within],
    outside: ['refused', 'refused'],
  });
});
