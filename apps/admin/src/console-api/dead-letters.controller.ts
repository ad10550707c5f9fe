import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, Id, RespondsWith } from '#libs/http';
import { deadLetterState, platformMethods, services, type Service } from '#libs/contracts';
import { notFound, SlipwayError } from '#libs/errors';
import { RpcClient, type RequestContext } from '#libs/rpc';

const anyService = platformMethods('identity').listDeadLetters;
const oneAgain = platformMethods('identity').redeliverDeadLetter;
const allAgain = platformMethods('identity').redeliverDeadLetters;
const wanted = allAgain.request.shape;

class DeadLetterQuery {
  @Field(deadLetterState.optional(), { description: 'Those alone; otherwise all.' }) state?: 'put_off' | 'dead';
}

class Redelivery {
  @Field(wanted.service, { description: 'Those of this service alone.' }) service?: Service;
  @Field(wanted.consumer, { description: 'Those of this consumer alone.' }) consumer?: string;
  @Field(wanted.dryRun, { description: 'Only count them.' }) dryRun?: boolean;
}

@ApiTags('Operations')
@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Allow(anyService, 'Events that a service could not take: given up, or put off and tried again; the others went on')
  @RespondsWith(200, anyService)
  async list(@Query() { state }: DeadLetterQuery, @EdgeContext() context: RequestContext) {
    const states = state ? [state] : [...deadLetterState.options];
    const replies = await Promise.all(
      services.map((service) => this.rpc.call(platformMethods(service).listDeadLetters, 'shared', { states }, context)),
    );
    const items = replies.flatMap(({ items }) => items).map((item) => ({ ...item, state: item.state ?? 'dead' }));
    return { items: items.filter((item) => states.includes(item.state)) };
  }

  @Post('redelivery')
  @HttpCode(200)
  @Allow(allAgain, 'Have all of them tried again at once, or those of a service or a consumer')
  @RespondsWith(200, allAgain)
  async redeliverAll(@Body() which: Redelivery, @EdgeContext() context: RequestContext) {
    const replies = await Promise.all(
      services
        .filter((each) => which.service === undefined || each === which.service)
        .map((each) => this.rpc.call(platformMethods(each).redeliverDeadLetters, 'shared', which, context)),
    );
    return {
      letters: replies.reduce((sum, { letters }) => sum + letters, 0),
      redelivered: replies.reduce((sum, { redelivered }) => sum + redelivered, 0),
    };
  }

  /** Whose it is, its service knows. */
  @Post(':id/redelivery')
  @HttpCode(200)
  @Allow(oneAgain, 'Have one tried again at once')
  @RespondsWith(200, oneAgain)
  async redeliver(@Id() id: string, @EdgeContext() context: RequestContext) {
    const replies = await Promise.allSettled(
      services.map((each) => this.rpc.call(platformMethods(each).redeliverDeadLetter, 'shared', { id }, context)),
    );
    const done = replies.find((reply) => reply.status === 'fulfilled');
    if (done) return done.value;
    const fault = replies.find((reply) => reply.status === 'rejected' && !isNotFound(reply.reason));
    if (fault?.status === 'rejected') throw fault.reason;
    throw notFound();
  }
}

const isNotFound = (error: unknown): boolean => error instanceof SlipwayError && error.category === 'not_found';
