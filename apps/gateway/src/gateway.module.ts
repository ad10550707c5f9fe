import { Module } from '@nestjs/common';
import { environments } from '#libs/contracts';
import { defineEdge, FeedWatch, Following } from '#libs/http';
import { gatewayConfig } from './config';
import { addDataPlane } from './data-plane/data-plane';
import { planePaths } from './data-plane/documented-plane';
import { CallsInFlight } from './data-plane/calls-in-flight';
import { FirstCalls } from './data-plane/first-calls';
import { OpenReplies } from './data-plane/open-replies';
import { ProductRoutes } from './data-plane/product-routes';
import { ProviderConnections } from './data-plane/provider-connections';
import { addWhoami } from './data-plane/whoami';
import { WhoamiController } from './data-plane/whoami.controller';
import { Followers } from './feeds/followers';
import { cookieOf, PersonSessions } from './sessions/person-sessions';
import { AccountController } from './portal-api/account.controller';
import { EmailVerificationsController } from './portal-api/email-verifications.controller';
import { EventsController } from './portal-api/events.controller';
import { InvitationsController } from './portal-api/invitations.controller';
import { KeysController } from './portal-api/keys.controller';
import { MeController } from './portal-api/me.controller';
import { MilestonesController } from './portal-api/milestones.controller';
import { NotificationsController } from './portal-api/notifications.controller';
import { PartnersController } from './portal-api/partners.controller';
import { PasswordResetsController } from './portal-api/password-resets.controller';
import { PreferencesController } from './portal-api/preferences.controller';
import { ProductsController } from './portal-api/products.controller';
import { ProviderController } from './portal-api/provider.controller';
import { SandboxController } from './portal-api/sandbox.controller';
import { SessionsController } from './portal-api/sessions.controller';
import { SubscriptionsController } from './portal-api/subscriptions.controller';
import { addUnsubscribe, unsubscribePaths } from './portal-api/unsubscribe';
import { WebhooksController } from './portal-api/webhooks.controller';
import { EndedTokens } from './tokens/ended-tokens';
import { EqpController } from './tokens/eqp.controller';
import { readForms } from './tokens/forms';
import { MetadataController } from './tokens/metadata.controller';
import { OAuthController } from './tokens/oauth.controller';
import { tokenErrorForm } from './tokens/token-errors';
import { TokenIssue } from './tokens/token-issue';
import { VerifiedTokens } from './tokens/verified-tokens';

@Module({
  controllers: [
    PartnersController,
    SessionsController,
    PasswordResetsController,
    InvitationsController,
    EmailVerificationsController,
    AccountController,
    MeController,
    SandboxController,
    ProviderController,
    ProductsController,
    SubscriptionsController,
    KeysController,
    MilestonesController,
    NotificationsController,
    PreferencesController,
    WebhooksController,
    EventsController,
    OAuthController,
    EqpController,
    MetadataController,
    WhoamiController,
  ],
  providers: [
    CallsInFlight,
    EndedTokens,
    FeedWatch,
    FirstCalls,
    Followers,
    Following,
    OpenReplies,
    ProductRoutes,
    ProviderConnections,
    TokenIssue,
    VerifiedTokens,
  ],
})
export class GatewayModule {}

export const gatewayEdge = defineEdge({
  name: 'gateway',
  title: 'Slipway for partners',
  module: GatewayModule,
  sessionReader: PersonSessions,
  cookies: environments.map(cookieOf),
  config: gatewayConfig,
  capabilities: {
    portal: { needs: ['identity', 'subscriptions', 'notifications'] },
    tokens: { needs: ['identity', 'tokens'] },
    'data-plane': { needs: [], itself: VerifiedTokens },
  },
  address: ({ SLIPWAY_GATEWAY_PORT: port, SLIPWAY_PUBLIC_URL: url }) => ({ port, url }),
  errorForm: tokenErrorForm,
  morePaths: { ...planePaths, ...unsubscribePaths },
  extend: async (app) => {
    readForms(app);
    await addDataPlane(app);
    await addWhoami(app);
    await addUnsubscribe(app);
  },
});
