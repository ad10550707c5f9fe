import {
  allRpcMethods,
  identity,
  rpcSubject,
  type Caller,
  type RequestOf,
  type RpcMethod,
  type Scope,
} from '#libs/contracts';
import { anId, anybody, aPerson, aStaffMember } from '#libs/testing';
import { actOf, choiceNames } from './audit';

/** What a row says of an act. */
const targetsOf = <M extends RpcMethod>(method: M, scope: Scope, request: RequestOf<M>, caller: Caller, reply = {}) => {
  const context = { caller, method, scope, subject: rpcSubject(method, scope), traceId: '', deadline: 0 };
  return actOf(context, request, reply).targets;
};

describe('what a row of the audit says', () => {
  const person = aPerson('sandbox');
  const { accountId, partnerId, environment } = person;
  const admin = aStaffMember('admin');
  const staffId = admin.staffId;

  it('of a person: for whom they acted, whatever they did', () => {
    const place = { accountId, partnerId, environment };
    expect(targetsOf(identity.signOut, 'sandbox', { accessToken: 'secret' }, person)).toEqual(place);
    const personId = anId<RequestOf<typeof identity.removePerson>['personId']>();
    expect(targetsOf(identity.removePerson, 'sandbox', { personId }, person)).toEqual({ personId, ...place });
  });

  it.each([true, false])('whether it was switched on: %s', (enabled) => {
    expect(targetsOf(identity.setApiAccess, 'sandbox', { enabled, revokeTokens: false }, person)).toMatchObject({
      enabled,
    });
  });

  it.each([true, false])('whether live tokens were to end: %s', (revokeTokens) => {
    const request = { keyId: anId<RequestOf<typeof identity.deleteKey>['keyId']>(), revokeTokens };
    expect(targetsOf(identity.deleteKey, 'sandbox', request, person)).toMatchObject(request);
  });

  it('which environment’s rules were set', () => {
    const request = { environment: 'production' as const, rules: [{ programme: 'csp', type: 'direct_bill' }] };
    const targets = targetsOf(
      identity.setEligibilityRules,
      'shared',
      { ...request, dryRun: false, revokeTokens: true },
      admin,
    );
    expect(targets).toEqual({ environment: 'production', dryRun: false, revokeTokens: true });
  });

  it('which role was given, and none where it was not', () => {
    const change = { staffId, displayName: 'Rosa' };
    expect(targetsOf(identity.updateStaff, 'shared', { ...change, role: 'admin', active: true }, admin)).toEqual({
      staffId,
      role: 'admin',
      active: true,
    });
    expect(targetsOf(identity.updateStaff, 'shared', change, admin)).toEqual({ staffId });
  });

  it('nothing of a sign-in that was refused but whose it was', () => {
    const request = { personId: person.personId } as never;
    expect(targetsOf(identity.signIn, 'sandbox', request, anybody)).toEqual({ personId: person.personId });
  });

  /** Whoever adds one has looked: it is kept for good. */
  it('of every command, these choices beside the ids', () => {
    const chosen = allRpcMethods
      .filter(({ kind, unrecorded }) => kind === 'command' && !unrecorded)
      .map(({ name, request }) => [name, choiceNames(request)] as const)
      .filter(([, names]) => names.length > 0);
    expect(Object.fromEntries(chosen)).toEqual({
      'complete-setup': ['acceptPolicy'],
      'set-api-access': ['enabled', 'revokeTokens'],
      'add-person': ['role'],
      'change-role': ['role'],
      'rescue-person': ['environment'],
      'regenerate-key': ['revokeTokens'],
      'rotate-key': ['revokeTokens'],
      'delete-key': ['revokeTokens'],
      'end-subscription-keys': ['revokeTokens'],
      'stop-subscription-keys': ['reason', 'revokeTokens'],
      'cancel-subscription': ['revokeTokens'],
      'cancel-in-production': ['revokeTokens'],
      'suspend-partner': ['revokeTokens'],
      'create-staff': ['role'],
      'update-staff': ['role', 'active'],
      'update-partner': ['verified', 'revokeTokens'],
      'set-eligibility-rules': ['environment', 'dryRun', 'revokeTokens'],
      'redeliver-dead-letters': ['service', 'dryRun'],
      'claim-submission': ['takeOver'],
      'add-to-review-talk': ['internal'],
      'create-plan': ['sandbox', 'approval', 'credentialType', 'keySlotsPer'],
      'set-plan-review': ['fourEyes'],
      'update-webhook': ['enabled'],
      'set-preference': ['channel', 'kind', 'enabled'],
    });
  });
});
