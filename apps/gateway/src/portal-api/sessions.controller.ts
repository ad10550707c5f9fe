import { Body, Controller, Delete, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, AllowAnyone, EdgeCall, refuseIdempotencyKey, type EdgeRequest } from '#libs/access';
import { identity } from '#libs/contracts';
import { Answer, PresentedPassword, sessionCookie, Text } from '#libs/http';
import { QuestionClient, type CallEnvelope } from '#libs/messaging';
import { config } from '../config';
import { environmentOf } from '../environment-of';
import { cookieOf, presentedSession } from '../person-sessions';

class Credentials {
  @Text({ max: 300, description: '`username@domain`: the domain decides the account, and so the environment.' })
  username!: string;
  @PresentedPassword() password!: string;
}

@ApiTags('Sessions')
@Controller('v1/sessions')
export class SessionsController {
  constructor(private readonly questions: QuestionClient) {}

  @Post()
  @AllowAnyone('Sign in')
  @Answer(201, identity.signIn)
  async signIn(
    @Body() { username, password }: Credentials,
    @EdgeCall() call: CallEnvelope,
    @Req() request: EdgeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    refuseIdempotencyKey(request);
    const [name, domain] = splitAt(username.toLowerCase());
    const { environment } = await this.questions.ask(identity.resolveDomain, 'shared', { domain }, call);
    // An unknown domain goes the same way and costs the same as a wrong password.
    const session = await this.questions.ask(
      identity.signIn,
      environment ?? 'production',
      { username: name, domain, password },
      call,
    );
    void reply.header('Cache-Control', 'no-store');
    void reply.header(
      'Set-Cookie',
      sessionCookie(
        cookieOf(session.account.environment),
        session.accessToken,
        session.expiresIn,
        config.SLIPWAY_PUBLIC_URL,
      ),
    );
    return session;
  }

  @Delete('current')
  @Allow(identity.signOut, 'Sign out: ends the session on the server')
  @Answer(204)
  async signOut(
    @EdgeCall() call: CallEnvelope,
    @Req() request: EdgeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const environment = environmentOf(call);
    const session = presentedSession(request, environment);
    if (session) await this.questions.ask(identity.signOut, environment, { accessToken: session.accessToken }, call);
    void reply.header('Set-Cookie', sessionCookie(cookieOf(environment), '', 0, config.SLIPWAY_PUBLIC_URL));
  }
}

/** `username@domain`; what has no domain matches nobody. */
function splitAt(text: string): [name: string, domain: string] {
  const at = text.lastIndexOf('@');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
