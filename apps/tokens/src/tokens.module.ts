import { Module } from '@nestjs/common';
import { defineService } from '#libs/service';
import { tokensConfig } from './config';
import { FencedKeys } from './signing/fenced-keys';
import { OnKeyEnded } from './event-handlers/on-key-ended/on-key-ended.event-handler';
import { Revocations } from './workflows/revocations';
import { SigningKeys } from './signing/signing-keys';
import { GetPublicKeys } from './use-cases/get-public-keys/get-public-keys.use-case';
import { IssueToken } from './use-cases/issue-token/issue-token.use-case';
import { RevokeApplication } from './use-cases/revoke-application/revoke-application.use-case';

@Module({
  controllers: [IssueToken, GetPublicKeys, RevokeApplication],
  providers: [OnKeyEnded, FencedKeys, Revocations, SigningKeys],
})
export class TokensModule {}

export const tokensService = defineService({
  name: 'tokens',
  module: TokensModule,
  entities: [],
  config: tokensConfig,
});
