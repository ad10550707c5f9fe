import { Body, Controller, Delete, Get, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  Allow,
  EdgeContext,
  Field,
  Id,
  PageQuery,
  refuseIdempotencyKey,
  type EdgeRequest,
  RespondsWith,
  SessionTransport,
  userAgentOf,
} from '#libs/http';
import { identity, type SessionId } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';
import { presentedSession, staffCookie } from '../sessions/staff-sessions';

class Credentials {
  @Field(identity.signInStaff.request.shape.email) email!: string;
  @Field(identity.signInStaff.request.shape.password) password!: string;
}

class SecondFactorCode {
  @Field(identity.presentSecondFactor.request.shape.code, { description: 'Of the authenticator, or a recovery code.' })
  code!: string;
}

class Proof {
  @Field(identity.reauthenticateStaff.request.shape.password) password!: string;
  @Field(identity.reauthenticateStaff.request.shape.code, { description: 'Of whoever has a second factor.' })
  code?: string;
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
  @RespondsWith(201, { reply: identity.signedInStaff })
  async signIn(
    @Body() credentials: Credentials,
    @EdgeContext() context: RequestContext,
    @Req() request: EdgeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    refuseIdempotencyKey(request);
    const attempt = {
      ...credentials,
      device: this.sessions.readDevice(request, staffCookie, credentials.email),
      userAgent: userAgentOf(request),
    };
    const { device, ...session } = await this.rpc.call(identity.signInStaff, 'shared', attempt, context);
    this.sessions.give(reply, staffCookie, session);
    this.sessions.keepDevice(reply, staffCookie, credentials.email, device);
    return session;
  }

  @Get()
  @Allow(identity.listStaffSessions, 'Where you are signed in')
  @RespondsWith(200, identity.listStaffSessions)
  list(@Query() page: PageQuery, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.listStaffSessions, 'shared', page, context);
  }

  @Delete()
  @Allow(identity.endOtherStaffSessions, 'Sign out everywhere else: ends all your sessions but this one')
  @RespondsWith(204)
  async endOthers(@EdgeContext() context: RequestContext) {
    await this.rpc.call(identity.endOtherStaffSessions, 'shared', {}, context);
  }

  @Post('current/second-factor')
  @Allow(identity.presentSecondFactor, 'Present the code of your second factor')
  @RespondsWith(200, identity.presentSecondFactor)
  present(@Body() body: SecondFactorCode, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.presentSecondFactor, 'shared', body, context);
  }

  @Post('current/reauthentication')
  @Allow(identity.reauthenticateStaff, 'Prove again who you are, for what cannot be undone')
  @RespondsWith(200, identity.reauthenticateStaff)
  reauthenticate(@Body() body: Proof, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.reauthenticateStaff, 'shared', body, context);
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

  @Delete(':id')
  @Allow(identity.endStaffSession, 'End one of your sessions')
  @RespondsWith(204)
  async end(@Id() sessionId: SessionId, @EdgeContext() context: RequestContext) {
    await this.rpc.call(identity.endStaffSession, 'shared', { sessionId }, context);
  }
}
