import { runService } from '#libs/service';
import { identityService } from './identity.module';

void runService(identityService);
