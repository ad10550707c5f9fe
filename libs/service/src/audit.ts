import { z } from 'zod';
import type { Caller } from '#libs/contracts';
import { idsIn, type Act } from '#libs/database';
import type { RpcContext } from '#libs/rpc';

/**
 * B60: a handled call as an act: who, what, on what, for whom, whence. What it was about: the ids that request and reply
 * name, and what the request chose.
 */
export const actOf = (context: RpcContext, request: unknown, reply?: unknown): Act => ({
  by: whoOf(context.caller),
  action: actionOf(context),
  targets: { ...choicesIn(context.method.request, request), ...idsIn(reply, request), ...placeOf(context.caller) },
  address: context.address,
  traceId: context.traceId,
});

/** A service says which it is; the trace id leads to whoever made it call. */
function whoOf(caller: Caller): Act['by'] {
  switch (caller.kind) {
    case 'person':
      return { kind: 'person', id: caller.personId };
    case 'staff':
      return { kind: 'staff', id: caller.staffId };
    case 'service':
      return { kind: 'service', id: caller.name };
    case 'anonymous':
      return { kind: 'anonymous', id: null };
  }
}

/** A removed person's row is gone: this says for whom they acted. */
const placeOf = (caller: Caller): Act['targets'] =>
  caller.kind === 'person'
    ? { accountId: caller.accountId, partnerId: caller.partnerId, environment: caller.environment }
    : {};

/** `identity.create-key.v1`: the subject without what differs between scopes. */
const actionOf = ({ subject, scope }: RpcContext): string => subject.replace(`rpc.${scope}.`, '');

/** Roles, environments, on or off: the values are the contract's own words, so that nothing written gets in. */
const choicesIn = (schema: z.ZodType, request: unknown): Act['targets'] =>
  Object.fromEntries(
    choiceNames(schema)
      .map((name) => [name, (request as Record<string, unknown>)[name]] as const)
      .filter((entry): entry is [string, string | boolean] => ['string', 'boolean'].includes(typeof entry[1])),
  );

export const choiceNames = (schema: z.ZodType): string[] =>
  schema instanceof z.ZodObject
    ? Object.entries(schema.shape)
        .filter(([, field]) => isChoice(field))
        .map(([name]) => name)
    : [];

function isChoice(field: unknown): boolean {
  if (field instanceof z.ZodOptional || field instanceof z.ZodNullable || field instanceof z.ZodDefault)
    return isChoice(field.unwrap());
  return field instanceof z.ZodEnum || field instanceof z.ZodBoolean || field instanceof z.ZodLiteral;
}
