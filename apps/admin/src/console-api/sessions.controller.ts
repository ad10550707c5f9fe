import { Body, Controller, Delete, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, AllowAnyone, EdgeCall, refuseIdempotencyKey, type EdgeRequest } from '#libs/access';
import { identity } from '#libs/contracts';
import { Answer, PresentedPassword, sessionCookie, Text } from '#libs/http';
import { QuestionClient, type CallEnvelope } from '#libs/messaging';
import { config } from '../config';
import { presentedSession, staffCookie } from '../staff-sessions';

class Credentials {
  @Text({ max: 254 }) email!: string;
  @PresentedPassword() password!: string;
}

@ApiTags('Sessions')
@Controller('v1/sessions')
export class SessionsController {
  constructor(private readonly questions: QuestionClient) {}

  @Post()
  @AllowAnyone('Sign in')
  @Answer(201, identity.signInStaff)
  async signIn(
    @Body() { email, password }: Credentials,
    @EdgeCall() call: CallEnvelope,
    @Req() request: EdgeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    refuseIdempotencyKey(request);
    const session = await this.questions.ask(
      identity.signInStaff,
      'shared',
      { email: email.toLowerCase(), password },
      call,
    );
    void reply.header('Cache-Control', 'no-store');
    void reply.header(
      'Set-Cookie',
      sessionCookie(staffCookie, session.accessToken, session.expiresIn, config.SLIPWAY_ADMIN_URL),
    );
    return session;
  }

  @Delete('current')
  @Allow(identity.signOutStaff, 'Sign out: ends the session on the server')
  @Answer(204)
  async signOut(
    @EdgeCall() call: CallEnvelope,
    @Req() request: EdgeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const accessToken = presentedSession(request);
    if (accessToken) await this.questions.ask(identity.signOutStaff, 'shared', { accessToken }, call);
    void reply.header('Set-Cookie', sessionCookie(staffCookie, '', 0, config.SLIPWAY_ADMIN_URL));
  }
}
