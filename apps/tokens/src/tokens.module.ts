import { Module } from '@nestjs/common';
import { defineService } from '#libs/service';
import { tokensConfig } from './config';
import { FencedKeys } from './signing/fenced-keys';
import { SigningKeys } from './signing/signing-keys';
import { GetPublicKeys } from './use-cases/get-public-keys/get-public-keys.use-case';
import { IssueToken } from './use-cases/issue-token/issue-token.use-case';
import { TokenCounts } from './workflows/token-counts';

@Module({
  controllers: [IssueToken, GetPublicKeys],
  providers: [FencedKeys, SigningKeys, TokenCounts],
})
export class TokensModule {}

export const tokensService = defineService({
  name: 'tokens',
  module: TokensModule,
  entities: [],
  config: tokensConfig,
});
