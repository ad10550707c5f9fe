import { Injectable } from '@nestjs/common';
import type { identity, PersonId, Environment } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { Throttle } from './throttle';

/** Mails in an hour to one person: the newest link works, and whoever wants more has it. */
export const linksOfOnePerson = { attemptsMax: 5, windowSeconds: 3_600 };

/** Nobody fills a mailbox with links. */
@Injectable()
export class LinkRequests {
  constructor(private readonly throttle: Throttle) {}

  /** @throws identity.too_many_requests */
  async requireFew(kind: identity.LinkKind, environment: Environment, personId: PersonId): Promise<void> {
    const name = `${kind}/${environment}/${personId}`;
    const retryAfterSeconds = await this.throttle.take({ name, limit: linksOfOnePerson });
    if (retryAfterSeconds === 0) return;
    const message = 'Too many links were requested. The newest one works; more can be had later.';
    throw new SlipwayError('identity.too_many_requests', message, { retryAfterSeconds });
  }
}
