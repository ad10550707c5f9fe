import { Controller, Get, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, EdgeContext, RespondsWith, RespondsWithImage, sendImage, VersionInPath } from '#libs/http';
import { identity } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';

/** Without a sign-in: whoever registers, or signs in, sees whose portal it is and reads what they accept before they do. */
@ApiTags('Provider')
@Controller('v1/provider')
export class ProviderController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Allow(identity.getProvider, 'Whose portal this is: name, contact, policy, usual review times, calendar')
  @RespondsWith(200, identity.getProvider)
  get(@EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.getProvider, 'shared', {}, context);
  }

  @Get('policies/:version')
  @Allow(identity.getProviderPolicy, 'A policy that holds, or held')
  @RespondsWith(200, identity.getProviderPolicy)
  policy(@VersionInPath() version: string | number, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.getProviderPolicy, 'shared', { version }, context);
  }

  @Get('logo')
  @Allow(identity.getProviderLogo, "The provider's logo")
  @RespondsWithImage(identity.logoType.options)
  async logo(@Res() reply: FastifyReply, @EdgeContext() context: RequestContext) {
    sendImage(reply, await this.rpc.call(identity.getProviderLogo, 'shared', {}, context));
  }
}
