import { runService } from '#libs/service';
import { tokensService } from './tokens.module';

void runService(tokensService);
