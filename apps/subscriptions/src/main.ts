import { runService } from '#libs/service';
import { subscriptionsService } from './subscriptions.module';

void runService(subscriptionsService);
