import {
  identity,
  rpcMethodsOf,
  subscriptions,
  type PersonCaller,
  type Permission,
  type RpcMethod,
  type StaffCaller,
} from '#libs/contracts';
import { anId, aStaffMember, overtaken, pictures } from '#libs/testing';
import { ada, IdentitySpec, password, type KnownPartner } from '../spec-support/identity-spec';

const accessToken = 'of an earlier session';
const keyId = anId();
const partnerId = anId();

const ofPeople: [RpcMethod, unknown][] = [
  [identity.requestSandbox, { admin: ada }],
  [identity.verifyDomain, {}],
  [identity.completeSetup, { acceptPolicy: true }],
  [identity.setApiAccess, { enabled: true }],
  [identity.addPerson, { ...ada, username: 'eve', role: 'global_admin' }],
  [identity.removePerson, { personId: anId() }],
  [identity.changeRole, { personId: anId(), role: 'developer' }],
  [identity.inviteAgain, { personId: anId() }],
  [identity.updateOwnPerson, { displayName: 'Eve' }],
  [identity.changeEmail, { email: 'eve@example.com', password }],
  [identity.requestEmailVerification, {}],
  [identity.signOut, { accessToken }],
  [identity.endSession, { sessionId: anId() }],
  [identity.endOtherSessions, {}],
  [identity.changePassword, { current: password, new: 'another long password' }],
  [identity.createKey, { name: 'server', subscriptionId: anId() }],
  [identity.renameKey, { keyId, name: 'another' }],
  [identity.setKeyExpiry, { keyId, expiresAt: null }],
  [identity.setAllowedAddresses, { keyId, allowedAddresses: [] }],
  [identity.regenerateKey, { keyId }],
  [identity.rotateKey, { keyId }],
  [identity.deleteKey, { keyId }],
  [identity.revokeKeyTokens, { keyId }],
  [identity.revokeAccountTokens, {}],
];

const ofStaff: [RpcMethod, unknown][] = [
  [identity.signOutStaff, { accessToken }],
  [identity.endStaffSession, { sessionId: anId() }],
  [identity.endOtherStaffSessions, {}],
  [identity.changeStaffPassword, { current: password, new: 'another long password' }],
  [identity.presentSecondFactor, { code: '123456' }],
  [identity.reauthenticateStaff, { password }],
  [identity.startSecondFactor, {}],
  [identity.confirmSecondFactor, { code: '123456' }],
  [identity.removeSecondFactor, {}],
  [identity.resetSecondFactor, { staffId: anId() }],
  [identity.createStaff, { email: 'eve@provider.example', displayName: 'Eve', role: 'admin', password }],
  [identity.updateStaff, { staffId: anId(), displayName: 'Eve' }],
  [identity.updatePartner, { partnerId, verified: true }],
  [identity.suspendPartner, { partnerId }],
  [identity.reinstatePartner, { partnerId }],
  [identity.revokePartnerTokens, { partnerId }],
  [identity.endRegistration, { partnerId }],
  [identity.rescuePerson, { partnerId, environment: 'production', username: 'ada' }],
  [identity.setEligibilityRules, { environment: 'sandbox', rules: [] }],
  [identity.setProvider, { name: 'Eve’s APIs' }],
  [identity.setProviderLogo, { data: pictures.png.toString('base64') }],
  [identity.removeProviderLogo, {}],
];

const named = (acts: [RpcMethod, unknown][]) =>
  acts.map(([method, request]): [string, RpcMethod, unknown] => [method.name, method, request]);

/** Every service has them, and they do nothing of their own: what is taken again is what an event has begun. */
const ofEveryService = ['redeliver-dead-letter', 'redeliver-dead-letters'];

const commandsFor = (...permissions: Permission[]): string[] =>
  rpcMethodsOf('identity')
    .filter(({ kind, allow }) => kind === 'command' && permissions.includes(allow))
    .filter(({ name }) => !ofEveryService.includes(name))
    .map(({ name }) => name)
    .sort();

describe('who is no more has no effect', () => {
  let spec: IdentitySpec;
  let partner: KnownPartner;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
    partner = await spec.registerReady();
    // Where the domain is proven, verify-domain asks no DNS before it looks who acts.
    await spec.service.admin.query('update identity.registrations set proven_at = now()');
  });
  afterAll(() => spec.close());

  const rowsOf = async (id: string) => {
    const { rows } = await spec.service.admin.query<{ action: string }>(
      `select action from identity.audit where actor_id = $1 and action not like 'identity.sign-in%'`,
      [id],
    );
    return rows;
  };
  const ended = { status: 'rejected', reason: { code: 'session_expired' } };

  it('every command is looked at', () => {
    const listed = (acts: [RpcMethod, unknown][]) => acts.map(([{ name }]) => name).sort();
    expect(listed(ofPeople)).toEqual(commandsFor('person', 'developer', 'global_admin'));
    expect(listed(ofStaff)).toEqual(commandsFor('staff', 'reviewer', 'admin'));
    expect(commandsFor('member')).toEqual([]);
  });

  describe('somebody who is removed while they act', () => {
    it.each(named(ofPeople))('%s', async (name, method, request) => {
      const person = await spec.colleague(partner.person, partner.domain, `dev-${name}`, 'global_admin');
      const scope = method.scopes.includes('production') ? 'production' : 'shared';
      const result = await overtaken(
        spec.service,
        (admin) => admin.query('delete from identity.people where id = $1', [person.personId]),
        () => spec.service.call(method, scope, request, person),
      );
      expect(result).toMatchObject(ended);
      expect(await rowsOf(person.personId)).toEqual([]);
    });

    it.each(named(ofPeople.filter(([{ allow }]) => allow === 'global_admin')))(
      'is refused as well where they are made a developer: %s',
      async (name, method, request) => {
        const person = await spec.colleague(partner.person, partner.domain, `admin-${name}`, 'global_admin');
        const scope = method.scopes.includes('production') ? 'production' : 'shared';
        const result = await overtaken(
          spec.service,
          (admin) => admin.query("update identity.people set role = 'developer' where id = $1", [person.personId]),
          () => spec.service.call(method, scope, request, person),
        );
        expect(result).toMatchObject({ status: 'rejected', reason: { code: 'forbidden' } });
        expect(await rowsOf(person.personId)).toEqual([]);
      },
    );

    it('makes no key after the removal has been answered', async () => {
      const developer = await spec.colleague(partner.person, partner.domain, 'late', 'developer');
      const remove = (by: PersonCaller) =>
        spec.call(identity.removePerson, 'production', { personId: developer.personId }, by);
      const { productId } = spec;
      let removed: Promise<unknown> | undefined;
      // Each asks for its grant while they still belong to the account, and goes on when they do no longer.
      spec.service.neighbours.handle(subscriptions.checkGrant, async () => {
        await (removed ??= remove(partner.person));
        return { verdict: 'granted' as const, productId };
      });
      const results = await Promise.allSettled(Array.from({ length: 10 }, () => spec.makeKey(developer)));
      expect(results).toMatchObject(results.map(() => ended));
      const { items } = await spec.call(identity.listKeys, 'production', { limit: 10 }, partner.person);
      expect(items).toEqual([]);
    });
  });

  describe('staff who is no longer what they were', () => {
    const aMember = async (email: string): Promise<StaffCaller> => {
      const details = { email, displayName: 'Rosa', role: 'admin' as const, password };
      const { id } = await spec.call(identity.createStaff, 'shared', details, spec.staff);
      return { ...aStaffMember('admin'), staffId: id };
    };

    const changes: [string, string][] = [
      ['switched off', 'active = false'],
      ['given another role', "role = 'reviewer'"],
    ];
    it.each(changes.flatMap((change) => named(ofStaff).map((act) => [...change, ...act] as const)))(
      '%s (%s): %s',
      async (what, change, name, method, request) => {
        const member = await aMember(`${name}-${what.replaceAll(' ', '-')}@provider.example`);
        const result = await overtaken(
          spec.service,
          (admin) => admin.query(`update identity.staff set ${change} where id = $1`, [member.staffId]),
          () => spec.service.call(method, 'shared', request, member),
        );
        expect(result).toMatchObject(ended);
        expect(await rowsOf(member.staffId)).toEqual([]);
      },
    );
  });
});
