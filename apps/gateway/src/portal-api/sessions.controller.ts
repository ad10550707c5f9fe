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
import { invalid } from '#libs/errors';
import { RpcClient, type RequestContext } from '#libs/rpc';
import { environmentOf } from '../sessions/environment-of';
import { cookieOf, presentedSession } from '../sessions/person-sessions';

class Credentials {
  @Field(identity.login, {
    description: '`username@domain`: the domain decides the account, and so the environment.',
  })
  username!: string;
  @Field(identity.signIn.request.shape.password) password!: string;
}

@ApiTags('Sessions')
@Controller('v1/sessions')
export class SessionsController {
  constructor(
    private readonly rpc: RpcClient,
    private readonly sessions: SessionTransport,
  ) {}

  @Post()
  @Allow(identity.signIn, 'Sign in')
  @RespondsWith(201, { reply: identity.signedIn })
  async signIn(
    @Body() { username, password }: Credentials,
    @EdgeContext() context: RequestContext,
    @Req() request: EdgeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    refuseIdempotencyKey(request);
    const [name, domain] = splitAt(username);
    const { environment } = await this.rpc.call(identity.resolveDomain, 'shared', { domain }, context);
    // An unknown domain goes the same way and costs the same as a wrong password.
    const where = environment ?? 'production';
    const presented = this.sessions.readDevice(request, cookieOf(where), username);
    const { device, ...session } = await this.rpc.call(
      identity.signIn,
      where,
      { username: name, domain, password, device: presented, userAgent: userAgentOf(request) },
      context,
    );
    this.sessions.give(reply, cookieOf(session.account.environment), session);
    this.sessions.keepDevice(reply, cookieOf(where), username, device);
    return session;
  }

  @Get()
  @Allow(identity.listSessions, 'Where you are signed in')
  @RespondsWith(200, identity.listSessions)
  list(@Query() page: PageQuery, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.listSessions, environmentOf(context), page, context);
  }

  @Delete()
  @Allow(identity.endOtherSessions, 'Sign out everywhere else: ends all your sessions but this one')
  @RespondsWith(204)
  async endOthers(@EdgeContext() context: RequestContext) {
    await this.rpc.call(identity.endOtherSessions, environmentOf(context), {}, context);
  }

  @Delete('current')
  @Allow(identity.signOut, 'Sign out: ends the session on the server')
  @RespondsWith(204)
  async signOut(
    @EdgeContext() context: RequestContext,
    @Req() request: EdgeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const environment = environmentOf(context);
    const session = presentedSession(this.sessions, request, environment);
    if (session) await this.rpc.call(identity.signOut, environment, { accessToken: session.accessToken }, context);
    this.sessions.takeBack(reply, cookieOf(environment));
  }

  @Delete(':id')
  @Allow(identity.endSession, 'End one of your sessions')
  @RespondsWith(204)
  async end(@Id() sessionId: SessionId, @EdgeContext() context: RequestContext) {
    await this.rpc.call(identity.endSession, environmentOf(context), { sessionId }, context);
  }
}

/** By its form alone, so that it says nothing of who exists. @throws invalid_request without a name or a domain */
function splitAt(text: string): [name: string, domain: string] {
  const at = text.lastIndexOf('@');
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  const detail = 'must be your user name, an @, and the domain of the account, such as ada@contoso.example';
  throw invalid(
    [{ pointer: '/username', detail }],
    'Sign in as username@domain: the domain says which account is meant.',
  );
}
