import { Module } from '@nestjs/common';
import { defineService } from '#libs/service';
import { notificationsConfig } from './config';
import { OnLinkRequested } from './event-handlers/on-link-requested/on-link-requested.event-handler';
import { OnOutcome } from './event-handlers/on-outcome/on-outcome.event-handler';
import { OnReviewWaiting } from './event-handlers/on-review-waiting/on-review-waiting.event-handler';
import { OnProviderChanged } from './event-handlers/on-provider-changed/on-provider-changed.event-handler';
import { MailTransport } from './mail/mail-transport';
import { MailWords } from './mail/mail-words';
import { entities } from './storage/entities';
import { Mails } from './storage/mails.repository';
import { retention } from './storage/retention';
import { CreateWebhook } from './use-cases/create-webhook/create-webhook.use-case';
import { DeleteWebhook } from './use-cases/delete-webhook/delete-webhook.use-case';
import { ListMails } from './use-cases/list-mails/list-mails.use-case';
import { MarkAllRead } from './use-cases/mark-all-read/mark-all-read.use-case';
import { MarkRead } from './use-cases/mark-read/mark-read.use-case';
import { Preferences } from './use-cases/preferences/preferences.use-case';
import { ReadFeed } from './use-cases/read-feed/read-feed.use-case';
import { ReadMessages } from './use-cases/read-messages/read-messages.use-case';
import { ReadDeliveries } from './use-cases/read-deliveries/read-deliveries.use-case';
import { ReadWebhooks } from './use-cases/read-webhooks/read-webhooks.use-case';
import { ReplayDeliveries } from './use-cases/replay-deliveries/replay-deliveries.use-case';
import { RotateWebhookSecret } from './use-cases/rotate-webhook-secret/rotate-webhook-secret.use-case';
import { TestWebhook } from './use-cases/test-webhook/test-webhook.use-case';
import { Unsubscribe } from './use-cases/unsubscribe/unsubscribe.use-case';
import { UpdateWebhook } from './use-cases/update-webhook/update-webhook.use-case';
import { Feed } from './workflows/feed';
import { MailAddressing } from './workflows/mail-addressing';
import { MailComposer } from './workflows/mail-composer';
import { MailSending } from './workflows/mail-sending';
import { OutcomeStream } from './workflows/outcome-stream';
import { PublicNews } from './workflows/public-news';
import { Unsubscriptions } from './workflows/unsubscriptions';
import { WebhookAddresses } from './workflows/webhook-addresses';
import { WebhookDeliveries } from './workflows/webhook-deliveries';
import { WebhookSecrets } from './workflows/webhook-secrets';
import { WebhookSender } from './workflows/webhook-sender';
import { WebhookSwitching } from './workflows/webhook-switching';
import { WebhookWatch } from './workflows/webhook-watch';

@Module({
  controllers: [
    ReadMessages,
    ReadFeed,
    MarkRead,
    MarkAllRead,
    Preferences,
    Unsubscribe,
    ListMails,
    CreateWebhook,
    ReadWebhooks,
    UpdateWebhook,
    DeleteWebhook,
    RotateWebhookSecret,
    TestWebhook,
    ReadDeliveries,
    ReplayDeliveries,
  ],
  providers: [
    Feed,
    OnLinkRequested,
    OnOutcome,
    OnProviderChanged,
    OnReviewWaiting,
    MailAddressing,
    MailComposer,
    MailSending,
    MailTransport,
    MailWords,
    Mails,
    PublicNews,
    Unsubscriptions,
    WebhookAddresses,
    WebhookDeliveries,
    WebhookSecrets,
    WebhookSender,
    WebhookSwitching,
    WebhookWatch,
  ],
  exports: [Feed],
})
export class NotificationsModule {}

export const notificationsService = defineService({
  name: 'notifications',
  module: NotificationsModule,
  overBroker: [OutcomeStream],
  entities,
  config: notificationsConfig,
  retention,
});
