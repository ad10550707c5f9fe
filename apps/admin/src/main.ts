import { runEdge } from '#libs/http';
import { config } from './config';
import { DeadLettersController } from './console-api/dead-letters.controller';
import { EligibilityController } from './console-api/eligibility.controller';
import { PartnersController } from './console-api/partners.controller';
import { ProductsController } from './console-api/products.controller';
import { ReviewsController } from './console-api/reviews.controller';
import { SessionsController } from './console-api/sessions.controller';
import { StaffController } from './console-api/staff.controller';
import { SubscriptionsController } from './console-api/subscriptions.controller';
import { StaffSessions } from './staff-sessions';

void runEdge({
  edge: 'admin',
  title: 'Slipway for staff',
  port: config.SLIPWAY_ADMIN_PORT,
  url: config.SLIPWAY_ADMIN_URL,
  settings: config,
  controllers: [
    SessionsController,
    StaffController,
    PartnersController,
    EligibilityController,
    ProductsController,
    SubscriptionsController,
    ReviewsController,
    DeadLettersController,
  ],
  sessionReader: StaffSessions,
});
