import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { notifications } from '#libs/contracts';
import { notFound } from '#libs/errors';
import { Allow, EdgeContext, Field, RespondsWith } from '#libs/http';
import { RpcClient, type RequestContext } from '#libs/rpc';
import { environmentOf } from '../sessions/environment-of';

const { channel: channels, kind: kinds, enabled } = notifications.setPreference.request.shape;

class Choice {
  @Field(enabled) enabled!: boolean;
}

@ApiTags('Notifications')
@Controller('v1/preferences')
export class PreferencesController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Allow(notifications.listPreferences, 'What you are told by mail, and what became of the last one')
  @RespondsWith(200, notifications.listPreferences)
  list(@EdgeContext() context: RequestContext) {
    return this.rpc.call(notifications.listPreferences, environmentOf(context), {}, context);
  }

  @Put(':channel/:kind')
  @Allow(notifications.setPreference, 'Switch one kind on or off, for yourself; what is essential stays on')
  @ApiParam({ name: 'channel', schema: { type: 'string', enum: channels.options } })
  @ApiParam({ name: 'kind', schema: { type: 'string', enum: kinds.options } })
  @RespondsWith(200, notifications.setPreference)
  set(
    @Param('channel') channel: string,
    @Param('kind') kind: string,
    @Body() choice: Choice,
    @EdgeContext() context: RequestContext,
  ) {
    const request = { channel: known(channels, channel), kind: known(kinds, kind), ...choice };
    return this.rpc.call(notifications.setPreference, environmentOf(context), request, context);
  }
}

/** @throws not_found, after what was sent is judged */
function known<Value>(names: { safeParse(name: string): { data?: Value } }, name: string): Value {
  const { data } = names.safeParse(name);
  if (data === undefined) throw notFound();
  return data;
}
