import { Inject, Injectable } from '@nestjs/common';
import type { Environment, identity } from '#libs/contracts';
import { LOGGER, type Logger } from '#libs/observability';
import { NotificationsConfig } from '../config';
import type { Mailing, Provider } from '../storage/entities';
import { minuteOf } from '../domain/templates';
import { builtInTemplates } from './built-in-templates';
import { compileTemplates, templateOf, type MailModel, type MailTemplates, type RenderedMail } from './templates';

type Content = Pick<Mailing, 'type' | 'title' | 'text' | 'data'>;

/** Of whoever gets the mail alone. */
interface OwnLink {
  path: string;
  expiresAt: string;
}

/** `submission-approved` of `subscriptions.submission-approved.v1` */
const nameOf = (type: string): string => type.split('.')[1] ?? type;

/** What a mail says: in the provider's templates where there are some, else in those that Slipway brings along. */
@Injectable()
export class MailWords {
  private readonly builtIn: MailTemplates = compileTemplates(builtInTemplates);
  private readonly all: MailTemplates;

  constructor(
    @Inject(NotificationsConfig) private readonly config: NotificationsConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.all = { ...this.builtIn, ...config.SLIPWAY_MAIL_TEMPLATES };
  }

  render(
    content: Content,
    environment: Environment,
    recipient: identity.MailRecipient,
    provider: Provider | null,
    { own, unsubscribe }: { own: OwnLink | undefined; unsubscribe: string | null },
  ): RenderedMail {
    const { username, displayName, domain, language } = recipient;
    const model: MailModel = {
      title: content.title,
      text: content.text,
      link: own ? `${this.config.SLIPWAY_PUBLIC_URL}/${own.path}` : this.pageOf(content),
      expiresAt: own ? minuteOf(own.expiresAt) : null,
      unsubscribe,
      environment,
      person: { username, displayName, domain },
      provider,
      event: content.data,
    };
    return this.renderWith(model, [nameOf(content.type), 'outcome'], language);
  }

  /** To one of the provider's own people. */
  renderForStaff(
    content: Content,
    { displayName, email }: { displayName: string; email: string },
    provider: Provider | null,
  ): RenderedMail {
    const { submissionId } = content.data as { submissionId: string };
    const model: MailModel = {
      title: content.title,
      text: content.text,
      link: `${this.config.SLIPWAY_ADMIN_URL}/reviews/${submissionId}`,
      expiresAt: null,
      unsubscribe: null,
      environment: null,
      person: { username: email, displayName, domain: '' },
      provider,
      event: content.data,
    };
    return this.renderWith(model, [nameOf(content.type), 'staff'], null);
  }

  /** A template may fail with what another event had; a mail in Slipway's own words is better than none. */
  private renderWith(model: MailModel, names: string[], language: string | null): RenderedMail {
    try {
      const template = templateOf(this.all, names, language);
      if (template) return template(model);
    } catch (error) {
      this.logger.error({ err: error, templates: names }, 'a mail template failed; the mail has the usual words');
    }
    const template = templateOf(this.builtIn, names, null);
    if (!template) throw new Error(`there are no words for ${names.join(', ')}`);
    return template(model);
  }

  /** Of the portal: where what it is about is seen. */
  private pageOf({ data }: Content): string {
    const { subscriptionId, keyId } = data as { subscriptionId?: string; keyId?: string };
    const path = keyId ? `keys/${keyId}` : subscriptionId ? `subscriptions/${subscriptionId}` : 'notifications';
    return `${this.config.SLIPWAY_PUBLIC_URL}/${path}`;
  }
}
