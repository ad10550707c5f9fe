import { identity, type CloudEvent, type Environment, type EventDefinition, type PersonId } from '#libs/contracts';
import { anApp } from '#libs/testing';
import type { IdentitySpec } from './identity-spec';

const eventOf: Record<identity.LinkKind, EventDefinition> = {
  password_reset: identity.passwordResetRequested,
  invitation: identity.personInvited,
  email_verification: identity.emailVerificationRequested,
};

interface Requested {
  personId: PersonId;
  requestId: string;
}

/** What `notifications` does with the events that a link is to be sent. */
export class MailedLinksOf {
  constructor(
    private readonly spec: IdentitySpec,
    private readonly kind: identity.LinkKind,
  ) {}

  /** Of one person, oldest first. */
  async requested(personId: PersonId): Promise<CloudEvent<Record<string, unknown>>[]> {
    const all = await this.spec.service.published(eventOf[this.kind]);
    return all.filter(({ data }) => data['personId'] === personId);
  }

  /** Of the request that was published last, or of another. Null: it is good no more. */
  async link(personId: PersonId, environment: Environment = 'production', at = -1): Promise<string | null> {
    const requestId = await this.requestId(personId, at);
    const request = { kind: this.kind, personId, requestId };
    const { link } = await this.spec.call(identity.getMailedLink, environment, request, anApp('notifications'));
    return link?.token ?? null;
  }

  async requestId(personId: PersonId, at = -1): Promise<string> {
    const { data } = (await this.requested(personId)).at(at) ?? {};
    if (!data) throw new Error('no link was requested');
    return (data as unknown as Requested).requestId;
  }

  /** For a spec that knows there is one. */
  async token(personId: PersonId, environment: Environment = 'production'): Promise<string> {
    const token = await this.link(personId, environment);
    if (token === null) throw new Error('the link is good no more');
    return token;
  }
}
