import { runService } from '#libs/messaging';
import { config } from './config';
import { FencedKeys } from './fenced-keys';
import { OnKeyEnded } from './reactions/on-key-ended/on-key-ended.reaction';
import { Revocations } from './revocations';
import { SigningKeys } from './signing-keys';
import { GetPublicKeys } from './use-cases/get-public-keys/get-public-keys.use-case';
import { IssueToken } from './use-cases/issue-token/issue-token.use-case';
import { RevokeApplication } from './use-cases/revoke-application/revoke-application.use-case';

void runService({
  service: 'tokens',
  settings: config,
  entities: [],
  useCases: [IssueToken, GetPublicKeys, RevokeApplication],
  reactions: [OnKeyEnded],
  providers: [FencedKeys, Revocations, SigningKeys],
});
