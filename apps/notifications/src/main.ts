import { runService } from '#libs/service';
import { notificationsService } from './notifications.module';

void runService(notificationsService);
