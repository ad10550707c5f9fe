import { identity, type Environment } from '#libs/contracts';
import { anId, anybody } from '#libs/testing';
import { ada, IdentitySpec, password, type KnownPartner } from '../../spec-support/identity-spec';
import { MailedLinksOf } from '../../spec-support/mailed-links';
import { PasswordResetRequests } from '../../workflows/password-reset-requests';

const next = 'another long password';
const invalidLink = { code: 'identity.reset_link_invalid' };

describe('a forgotten password', () => {
  let spec: IdentitySpec;
  let partner: KnownPartner;
  let links: MailedLinksOf;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
    links = new MailedLinksOf(spec, 'password_reset');
  });
  afterAll(() => spec.close());
  beforeEach(async () => {
    partner = await spec.register();
  });

  /** Until all that it set in motion is done. */
  async function request(username: string, of = spec) {
    const reply = await of.call(identity.requestPasswordReset, 'shared', { username }, anybody);
    await of.service.get(PasswordResetRequests).beforeApplicationShutdown();
    return reply;
  }
  const use = (token: string, environment: Environment = 'production') =>
    spec.call(identity.resetPassword, environment, { token, password: next }, anybody);
  const nameOf = (domain = partner.domain) => `ada@${domain}`;

  describe('of somebody who is there', () => {
    it('B58: is set anew with a link that works once and ends all sessions', async () => {
      const { personId } = partner.person;
      const { accessToken } = await spec.session('production', partner.domain);
      expect(await request(nameOf())).toEqual({});
      const token = await links.token(personId);
      expect(token).toMatch(/^slpr_live_\w{43}$/);
      await use(token);
      expect(await spec.whoHas('production', accessToken)).toBeNull();
      await spec.begin('production', partner.domain, 'ada', next);
      await expect(use(token)).rejects.toMatchObject(invalidLink);
      expect(await links.link(personId)).toBeNull();
    });

    it('the token is in no event and in no row', async () => {
      await request(nameOf());
      const token = await links.token(partner.person.personId);
      const { rows } = await spec.service.admin.query(
        `select to_json(r)::text from identity.password_resets r
         union all select event::text from identity.outbox union all select to_json(a)::text from identity.audit a`,
      );
      expect(JSON.stringify(rows)).not.toContain(token);
    });

    it('the link is the same however often the mail is tried, and a newer one ends it', async () => {
      const { personId } = partner.person;
      await request(nameOf());
      const first = await links.token(personId);
      expect(await links.token(personId)).toBe(first);
      await request(nameOf());
      expect(await links.link(personId, 'production', -2)).toBeNull();
      await expect(use(first)).rejects.toMatchObject(invalidLink);
      await use(await links.token(personId));
    });

    it('is found by the domain in whatever letters', async () => {
      await request(`ADA@${partner.domain.toUpperCase()}`);
      expect(await links.requested(partner.person.personId)).toHaveLength(1);
    });

    it('leaves a row in the audit where they are, with whence it came', async () => {
      await request(nameOf());
      const acts = (await spec.service.acts()).filter(({ action }) => action === 'identity.request-password-reset.v1');
      const { personId, accountId, partnerId } = partner.person;
      expect(acts.at(-1)).toMatchObject({
        scope: 'production',
        by: { kind: 'anonymous' },
        targets: { personId, accountId, partnerId },
      });
    });

    it('five mails in an hour, and no sixth; the last link works', async () => {
      const { personId } = partner.person;
      for (let round = 0; round < 7; round += 1) await request(nameOf());
      expect(await links.requested(personId)).toHaveLength(5);
      await use(await links.token(personId));
    });
  });

  describe('by an e-mail address', () => {
    it('is a link for each who has it, in their own account', async () => {
      const email = `${anId()}@example.com`;
      const shared = await spec.register({ admin: { ...ada, email } });
      const other = await spec.register({ admin: { ...ada, email } });
      await request(email);
      for (const { person } of [shared, other]) expect(await links.requested(person.personId)).toHaveLength(1);
      expect(await links.requested(partner.person.personId)).toEqual([]);
    });
  });

  describe('in the sandbox', () => {
    it('B3: does nothing to the primary account', async () => {
      const sandbox = await spec.openActiveSandbox(partner);
      await request(nameOf(`sandbox.${partner.domain}`));
      expect(await links.requested(partner.person.personId)).toEqual([]);
      const token = await links.token(sandbox.personId, 'sandbox');
      expect(token).toMatch(/^slpr_sbx_/);
      await expect(use(token)).rejects.toMatchObject(invalidLink);
      await use(token, 'sandbox');
      await spec.begin('production', partner.domain, 'ada', password);
      await spec.begin('sandbox', `sandbox.${partner.domain}`, 'ada', next);
    });
  });

  describe('of nobody', () => {
    it.each(['nobody@nowhere.example', 'nobody', '@', 'ada@', `${'x'.repeat(200)}@example.com`])(
      'gets the same reply, and sends nothing: %s',
      async (username) => {
        const before = (await spec.service.published()).length;
        expect(await request(username)).toEqual({});
        expect(await spec.service.published()).toHaveLength(before);
      },
    );
  });

  describe('whose link', () => {
    it('is too old after a day', async () => {
      await request(nameOf());
      const token = await links.token(partner.person.personId);
      spec.service.clock.advance(86_400_000 + 1);
      expect(await links.link(partner.person.personId)).toBeNull();
      await expect(use(token)).rejects.toMatchObject(invalidLink);
    });

    it('is of somebody who was removed meanwhile', async () => {
      const dev = await spec.colleague(partner.person, partner.domain, 'dev', 'developer');
      await request(`dev@${partner.domain}`);
      const token = await links.token(dev.personId);
      await spec.call(identity.removePerson, 'production', { personId: dev.personId }, partner.person);
      expect(await links.link(dev.personId)).toBeNull();
      await expect(use(token)).rejects.toMatchObject(invalidLink);
    });

    it('is of another person or kind: null', async () => {
      await request(nameOf());
      const other = await spec.register();
      const [event] = await links.requested(partner.person.personId);
      const requestId = event?.data['requestId'] as string;
      const caller = { kind: 'service', name: 'notifications' } as const;
      for (const [kind, personId] of [
        ['password_reset', other.person.personId],
        ['invitation', partner.person.personId],
        ['email_verification', partner.person.personId],
      ] as const) {
        const request = { kind, personId, requestId };
        expect(await spec.call(identity.getMailedLink, 'production', request, caller)).toEqual({ link: null });
      }
    });
  });

  it('is requested from one address so often an hour, whoever it is about', async () => {
    const strict = await IdentitySpec.open({ SLIPWAY_REGISTRATIONS_PER_HOUR: '3' });
    const from = (username: string) =>
      strict.service.call(identity.requestPasswordReset, 'shared', { username }, anybody, { address: '192.0.2.1' });
    for (const name of ['a@b.example', 'c@d.example', 'e@f.example']) await from(name);
    await expect(from('g@h.example')).rejects.toMatchObject({ code: 'identity.too_many_requests' });
    await strict.close();
  });
});
