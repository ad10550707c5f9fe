import { Inject, Injectable } from '@nestjs/common';
import {
  identity,
  type notifications,
  type Environment,
  type EventId,
  type PersonId,
  type StaffId,
} from '#libs/contracts';
import { Database } from '#libs/database';
import { RpcClient, type RequestContext } from '#libs/rpc';
import { NotificationsConfig } from '../config';
import { linkRuleOf } from '../domain/mailed-links';
import { isEssential, newsKindOf } from '../domain/news-kinds';
import { MailWords } from '../mail/mail-words';
import type { RenderedMail } from '../mail/templates';
import { Mailing, Provider } from '../storage/entities';
import { offByMail, type Recipient } from '../storage/preferences.repository';
import { Unsubscriptions } from './unsubscriptions';

export interface ComposedMail extends RenderedMail {
  to: string;
  /** Whoever has it can do what the link is for: it is kept nowhere. */
  isSecret: boolean;
  /** Where one unsubscribes from its kind (RFC 8058); null: it is essential. */
  unsubscribe: string | null;
}

export type Composed = ComposedMail | { nothing: string };

/** Puts a mail together, from what `identity` says at this moment. */
@Injectable()
export class MailComposer {
  constructor(
    private readonly database: Database,
    private readonly rpc: RpcClient,
    private readonly words: MailWords,
    private readonly unsubscriptions: Unsubscriptions,
    @Inject(NotificationsConfig) private readonly config: NotificationsConfig,
  ) {}

  async compose(
    environment: Environment,
    mail: { mailingId: EventId; personId: PersonId },
    context: RequestContext,
  ): Promise<Composed> {
    const { personId } = mail;
    const { mailing, provider, off } = await this.read(environment, mail);
    if (!mailing) return { nothing: 'What it was to tell is gone.' };
    if (mailing.staff) return this.composeForStaff(mailing, mail.personId, provider, context);
    const { recipient } = await this.rpc.call(identity.getMailRecipient, environment, { personId }, context);
    if (!recipient) return { nothing: 'This person has been removed.' };
    const kind = optionalKindOf(mailing);
    if (kind && off.has(kind)) return { nothing: `This person wants no mail about “${kind}”.` };
    const own = await this.linkOf(environment, mailing, personId, context);
    if (own === null) return { nothing: 'Its link was used, replaced or has expired.' };
    const { partnerId } = mailing;
    const unsubscribe = kind ? this.addressFor({ environment, partnerId, personId }, kind) : null;
    const rendered = this.words.render(mailing, environment, recipient, provider, { own, unsubscribe });
    return { ...rendered, to: own?.email ?? recipient.email, isSecret: own !== undefined, unsubscribe };
  }

  /** @param id theirs among the staff */
  private async composeForStaff(mailing: Mailing, id: string, provider: Provider | null, context: RequestContext) {
    const request = { staffId: id as StaffId };
    const { recipient } = await this.rpc.call(identity.getStaffRecipient, 'shared', request, context);
    if (!recipient) return { nothing: 'They are of the staff no more.' };
    const rendered = this.words.renderForStaff(mailing, recipient, provider);
    return { ...rendered, to: recipient.email, isSecret: false, unsubscribe: null };
  }

  private addressFor(recipient: Recipient, kind: notifications.NewsKind): string {
    return `${this.config.SLIPWAY_PUBLIC_URL}/unsubscribe/${this.unsubscriptions.tokenOf(recipient, kind)}`;
  }

  private read(environment: Environment, { mailingId, personId }: { mailingId: EventId; personId: PersonId }) {
    return this.database.reading(environment, async (manager) => ({
      mailing: await manager.findOneBy(Mailing, { environment, id: mailingId }),
      provider: await manager.findOneBy(Provider, { environment }),
      off: await offByMail(manager, { environment, personId }),
    }));
  }

  /** Undefined: it has none; null: it had one. */
  private async linkOf(environment: Environment, { type, data }: Mailing, personId: PersonId, context: RequestContext) {
    const rule = linkRuleOf(type);
    if (!rule) return undefined;
    const request = { kind: rule.kind, personId, requestId: (data as { requestId: string }).requestId };
    const { link } = await this.rpc.call(identity.getMailedLink, environment, request, context);
    return link && { path: `${rule.page}#${link.token}`, expiresAt: link.expiresAt, email: link.email };
  }
}

/** What somebody may do without. */
function optionalKindOf({ type }: Mailing): notifications.NewsKind | undefined {
  const kind = newsKindOf(type);
  return kind && !isEssential(kind) ? kind : undefined;
}
