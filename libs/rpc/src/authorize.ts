import { isAllowed, rolesAllowed, type RpcMethod } from '#libs/contracts';
import { fail, SlipwayError } from '#libs/errors';
import { sessionOf, type RequestContext } from './request-context';

type Rules = Pick<RpcMethod, 'allow' | 'openTo' | 'recentSignIn'>;

/**
 * Whether a call is for whoever makes it. The edge looks before it reads what was sent, and the service looks again,
 * whoever the edge may be.
 *
 * @throws not_signed_in, session_expired, identity.second_factor_required, forbidden, identity.sign_in_again
 */
export function authorize(rules: Rules, context: Pick<RequestContext, 'caller' | 'session'>): void {
  const { caller } = context;
  if (rules.allow === 'anyone') return;
  if (caller.kind === 'anonymous') throw new SlipwayError('not_signed_in', 'Sign in first.');
  const session = caller.kind === 'service' ? undefined : sessionOf(context as RequestContext);
  if (session) requireSecondFactor(rules, session.secondFactor);
  if (!isAllowed(rules.allow, caller)) refuseRole(rules);
  if (rules.recentSignIn && session && !session.signedInRecently) {
    fail(
      'identity.sign_in_again',
      'This cannot be undone, so it wants a sign-in a few minutes ago. Send your password, and your code if you have a second factor, to POST /v1/sessions/current/reauthentication; then try again.',
    );
  }
}

/** Which role is needed is no secret: the documentation of every route says it. */
function refuseRole({ allow }: Rules): never {
  const requiredRoles = rolesAllowed(allow);
  if (requiredRoles.length === 0) fail('forbidden', 'Your role does not allow this.');
  fail('forbidden', `Your role does not allow this. It takes the role ${requiredRoles.join(' or ')}.`, {
    requiredRoles,
  });
}

/** Somebody who has given nothing but a password may do nothing but what leads on. */
function requireSecondFactor({ openTo = [] }: Rules, lacking: 'none' | 'required' | 'enrol'): void {
  if (lacking === 'none' || openTo.includes(lacking)) return;
  const words = {
    required: 'Send the code of your second factor to POST /v1/sessions/current/second-factor first.',
    enrol: 'Enrol a second factor with PUT /v1/me/second-factor first.',
  };
  fail('identity.second_factor_required', words[lacking], { secondFactor: lacking });
}
