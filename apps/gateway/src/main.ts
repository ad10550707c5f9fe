import { runEdge } from '#libs/http';
import { config } from './config';
import { addDataPlane } from './data-plane/data-plane';
import { ProductRoutes } from './data-plane/product-routes';
import { WhoamiController } from './data-plane/whoami.controller';
import { PersonSessions } from './person-sessions';
import { AccountController } from './portal-api/account.controller';
import { KeysController } from './portal-api/keys.controller';
import { NotificationsController } from './portal-api/notifications.controller';
import { PartnersController } from './portal-api/partners.controller';
import { ProductionCard } from './portal-api/production-card';
import { ProductsController } from './portal-api/products.controller';
import { SandboxController } from './portal-api/sandbox.controller';
import { SessionsController } from './portal-api/sessions.controller';
import { SubscriptionsController } from './portal-api/subscriptions.controller';
import { EqpController } from './tokens/eqp.controller';
import { MetadataController } from './tokens/metadata.controller';
import { OAuthController } from './tokens/oauth.controller';
import { tokenErrorForm } from './tokens/token-errors';
import { TokenIssue } from './tokens/token-issue';
import { VerifiedTokens } from './tokens/verified-tokens';

void runEdge({
  edge: 'gateway',
  title: 'Slipway for partners',
  port: config.SLIPWAY_GATEWAY_PORT,
  url: config.SLIPWAY_PUBLIC_URL,
  settings: config,
  controllers: [
    PartnersController,
    SessionsController,
    AccountController,
    SandboxController,
    ProductsController,
    SubscriptionsController,
    KeysController,
    NotificationsController,
    OAuthController,
    EqpController,
    MetadataController,
    WhoamiController,
  ],
  sessionReader: PersonSessions,
  providers: [ProductionCard, ProductRoutes, TokenIssue, VerifiedTokens],
  errorForm: tokenErrorForm,
  extend: addDataPlane,
});
