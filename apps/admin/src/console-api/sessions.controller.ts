import { Body, Controller, Delete, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  Allow,
  EdgeContext,
  Field,
  refuseIdempotencyKey,
  type EdgeRequest,
  RespondsWith,
  SessionTransport,
} from '#libs/http';
import { identity } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';
import { presentedSession, staffCookie } from '../sessions/staff-sessions';

class Credentials {
  @Field(identity.signInStaff.request.shape.email) email!: string;
  @Field(identity.signInStaff.request.shape.password) password!: string;
}

@ApiTags('Sessions')
@Controller('v1/sessions')
export class SessionsController {
  constructor(
    private readonly rpc: RpcClient,
    private readonly sessions: SessionTransport,
  ) {}

  @Post()
  @Allow(identity.signInStaff, 'Sign in')
  @RespondsWith(201, { reply: identity.staffSession })
  async signIn(
    @Body() credentials: Credentials,
    @EdgeContext() context: RequestContext,
    @Req() request: EdgeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    refuseIdempotencyKey(request);
    const presented = this.sessions.readDevice(request, staffCookie, credentials.email);
    const { device, ...session } = await this.rpc.call(
      identity.signInStaff,
      'shared',
      { ...credentials, device: presented },
      context,
    );
    this.sessions.give(reply, staffCookie, session);
    this.sessions.keepDevice(reply, staffCookie, credentials.email, device);
    return session;
  }

  @Delete('current')
  @Allow(identity.signOutStaff, 'Sign out: ends the session on the server')
  @RespondsWith(204)
  async signOut(
    @EdgeContext() context: RequestContext,
    @Req() request: EdgeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const accessToken = presentedSession(this.sessions, request);
    if (accessToken) await this.rpc.call(identity.signOutStaff, 'shared', { accessToken }, context);
    this.sessions.takeBack(reply, staffCookie);
  }
}
