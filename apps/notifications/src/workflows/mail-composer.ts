import { Injectable } from '@nestjs/common';
import { identity, type Environment, type EventId, type PersonId } from '#libs/contracts';
import { Database } from '#libs/database';
import { RpcClient, type RequestContext } from '#libs/rpc';
import { linkRuleOf } from '../domain/mailed-links';
import { MailWords } from '../mail/mail-words';
import type { RenderedMail } from '../mail/templates';
import { Mailing, Provider } from '../storage/entities';

export interface ComposedMail extends RenderedMail {
  to: string;
  /** Whoever has it can do what the link is for: it is kept nowhere. */
  isSecret: boolean;
}

export type Composed = ComposedMail | { nothing: string };

/** Puts a mail together, from what `identity` says at this moment. */
@Injectable()
export class MailComposer {
  constructor(
    private readonly database: Database,
    private readonly rpc: RpcClient,
    private readonly words: MailWords,
  ) {}

  async compose(
    environment: Environment,
    mail: { mailingId: EventId; personId: PersonId },
    context: RequestContext,
  ): Promise<Composed> {
    const { personId } = mail;
    const { recipient } = await this.rpc.call(identity.getMailRecipient, environment, { personId }, context);
    if (!recipient) return { nothing: 'This person has been removed.' };
    const { mailing, provider } = await this.read(environment, mail.mailingId);
    if (!mailing) return { nothing: 'What it was to tell is gone.' };
    const own = await this.linkOf(environment, mailing, personId, context);
    if (own === null) return { nothing: 'Its link was used, replaced or has expired.' };
    const rendered = this.words.render(mailing, environment, recipient, provider, own);
    return { ...rendered, to: recipient.email, isSecret: own !== undefined };
  }

  private read(environment: Environment, id: EventId) {
    return this.database.reading(environment, async (manager) => ({
      mailing: await manager.findOneBy(Mailing, { environment, id }),
      provider: await manager.findOneBy(Provider, { environment }),
    }));
  }

  /** Undefined: it has none; null: it had one. */
  private async linkOf(environment: Environment, { type, data }: Mailing, personId: PersonId, context: RequestContext) {
    const rule = linkRuleOf(type);
    if (!rule) return undefined;
    const request = { kind: rule.kind, personId, requestId: (data as { requestId: string }).requestId };
    const { link } = await this.rpc.call(identity.getMailedLink, environment, request, context);
    return link && { path: `${rule.page}#${link.token}`, expiresAt: link.expiresAt };
  }
}
