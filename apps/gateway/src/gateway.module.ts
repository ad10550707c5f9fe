import { join } from 'node:path';
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

/** Everything from here, styles by the nonce of the reply; nothing is framed, and no form is sent by the browser itself. */
const portalPolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

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
  site: {
    // Beside what was compiled of apps/ and libs/.
    folder: join(__dirname, '..', '..', '..', 'sites', 'portal'),
    contentSecurityPolicy: portalPolicy,
    parameters: { environment: environments },
  },
  morePaths: { ...planePaths, ...unsubscribePaths },
  extend: async (app) => {
    readForms(app);
    await addDataPlane(app);
    await addWhoami(app);
    await addUnsubscribe(app);
  },
});
