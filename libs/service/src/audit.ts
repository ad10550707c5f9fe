import type { Caller } from '#libs/contracts';
import { idsIn, type Act } from '#libs/database';
import type { RpcContext } from '#libs/rpc';

/** B60: a handled call as an act: who, what, on what, whence. What it was about: the ids that request and reply name. */
export const actOf = (context: RpcContext, request: unknown, reply?: unknown): Act => ({
  by: whoOf(context.caller),
  action: actionOf(context),
  targets: idsIn(reply, request),
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

/** `identity.create-key.v1`: the subject without what differs between scopes. */
const actionOf = ({ subject, scope }: RpcContext): string => subject.replace(`rpc.${scope}.`, '');
