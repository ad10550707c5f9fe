import { identity, type Environment, type PersonId } from '#libs/contracts';
import { anApp, anId } from '#libs/testing';
import { IdentitySpec, type KnownPartner } from '../../spec-support/identity-spec';

describe('whom mails go to', () => {
  let spec: IdentitySpec;
  let partner: KnownPartner;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
    partner = await spec.register();
    await spec.openActiveSandbox(partner);
  });
  afterAll(() => spec.close());

  const find = async (environment: Environment, personId: PersonId | null, { partnerId } = partner) =>
    (await spec.call(identity.findMailRecipients, environment, { partnerId, personId }, anApp('notifications')))
      .personIds;
  const get = async (environment: Environment, personId: PersonId) =>
    (await spec.call(identity.getMailRecipient, environment, { personId }, anApp('notifications'))).recipient;

  it('B50: are the global admins of the account, and whoever has done it', async () => {
    const { personId: admin } = partner.person;
    const { personId: dev } = await spec.colleague(partner.person, partner.domain, 'dev', 'developer');
    const { personId: grace } = await spec.colleague(partner.person, partner.domain, 'grace', 'global_admin');
    expect(await find('production', null)).toEqual([admin, grace].sort());
    expect(await find('production', dev)).toEqual([admin, dev, grace].sort());
    expect(await find('production', admin)).toEqual([admin, grace].sort());
  });

  it('B3: are nobody of the other account, nor of another partner', async () => {
    const inSandbox = await find('sandbox', partner.person.personId);
    expect(inSandbox).toHaveLength(1);
    expect(inSandbox).not.toContain(partner.person.personId);
    const other = await spec.register();
    expect(await find('production', partner.person.personId, other)).toEqual([other.person.personId]);
    expect(await get('sandbox', partner.person.personId)).toBeNull();
  });

  it('are reached where they are now, in the language they have chosen', async () => {
    const { person, domain } = await spec.register();
    expect(await get('production', person.personId)).toEqual({
      personId: person.personId,
      username: 'ada',
      displayName: 'Ada Lovelace',
      email: 'ada@example.com',
      domain,
      language: null,
    });
    await spec.service.admin.query(
      `update identity.people set email = 'new@example.com', language = 'de-AT' where id = $1`,
      [person.personId],
    );
    expect(await get('production', person.personId)).toMatchObject({ email: 'new@example.com', language: 'de-AT' });
  });

  it('are nobody who was removed, or never was there', async () => {
    const { personId } = await spec.colleague(partner.person, partner.domain, 'gone', 'global_admin');
    await spec.call(identity.removePerson, 'production', { personId }, partner.person);
    expect(await get('production', personId)).toBeNull();
    expect(await find('production', personId)).not.toContain(personId);
    expect(await get('production', anId<PersonId>())).toBeNull();
    expect(await find('production', null, { ...partner, partnerId: anId() })).toEqual([]);
  });
});
