import { z } from 'zod';
import {
  allEvents,
  allRpcMethods,
  consumers,
  durableName,
  eventType,
  publicEvents,
  publicPayload,
  rpcSubject,
  type RpcMethod,
} from '#libs/contracts';
import { shapeOf } from './shape';

/** A changed message shows up as a diff here; a breaking one needs a new version beside the old. */
describe('messages between services', () => {
  const input = (type: z.ZodType) => shapeOf(z.toJSONSchema(type, { io: 'input' }) as object);
  const output = (type: z.ZodType) => shapeOf(z.toJSONSchema(type, { io: 'output' }) as object);
  const nameOf = (method: RpcMethod) => rpcSubject(method, method.scopes[0] ?? 'shared').replace(/^rpc\.\w+\./, '');

  it.each(allRpcMethods.map((method) => [nameOf(method), method] as const))('rpc %s', (_name, method) => {
    const { scopes, calledBy, allow, request, reply } = method;
    const who = `${allow}, by ${calledBy.join(', ')}, in ${scopes.join(', ')}`;
    expect({ who, request: input(request), reply: output(reply) }).toMatchSnapshot();
  });

  it.each(allEvents.map((definition) => [eventType(definition), definition] as const))(
    'event %s',
    (_type, { scopes, data }) => {
      expect({ scopes: scopes.join(', '), data: output(data) }).toMatchSnapshot();
    },
  );

  it.each(publicEvents.map((event) => [event.type, event] as const))('public event %s', (_type, event) => {
    expect({ path: event.path, body: output(publicPayload(event)) }).toMatchSnapshot();
  });

  it('who listens to what', () => {
    const consumed = consumers.map((spec) => [durableName(spec), spec.events.map(eventType)]);
    expect(Object.fromEntries(consumed)).toMatchSnapshot();
  });
});
