import { Module } from '@nestjs/common';
import { services } from '#libs/contracts';
import { defineEdge, FeedWatch, Following } from '#libs/http';
import { adminConfig } from './config';
import { DeadLettersController } from './console-api/dead-letters.controller';
import { EligibilityController } from './console-api/eligibility.controller';
import { EventTypesController } from './console-api/event-types.controller';
import { EventsController } from './console-api/events.controller';
import { MailsController } from './console-api/mails.controller';
import { MeController } from './console-api/me.controller';
import { PartnersController } from './console-api/partners.controller';
import { ProductsController } from './console-api/products.controller';
import { ProviderController } from './console-api/provider.controller';
import { ReviewerGroupsController } from './console-api/reviewer-groups.controller';
import { ReviewsController } from './console-api/reviews.controller';
import { SessionsController } from './console-api/sessions.controller';
import { StaffController } from './console-api/staff.controller';
import { SubscriptionsController } from './console-api/subscriptions.controller';
import { WebhooksController } from './console-api/webhooks.controller';
import { staffCookie, StaffSessions } from './sessions/staff-sessions';

@Module({
  controllers: [
    SessionsController,
    MeController,
    StaffController,
    PartnersController,
    EligibilityController,
    ProductsController,
    ProviderController,
    SubscriptionsController,
    ReviewerGroupsController,
    ReviewsController,
    DeadLettersController,
    WebhooksController,
    MailsController,
    EventsController,
    EventTypesController,
  ],
  providers: [FeedWatch, Following],
})
export class AdminModule {}

export const adminEdge = defineEdge({
  name: 'admin',
  title: 'Slipway for staff',
  module: AdminModule,
  sessionReader: StaffSessions,
  cookies: [staffCookie],
  config: adminConfig,
  capabilities: { console: { needs: services } },
  address: ({ SLIPWAY_ADMIN_PORT: port, SLIPWAY_ADMIN_URL: url }) => ({ port, url }),
});
