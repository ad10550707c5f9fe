import { Body, Controller, Delete, Get, Put, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, EdgeContext, Field, RespondsWith, RespondsWithImage, sendImage, VersionInPath } from '#libs/http';
import { identity } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';

const provider = identity.setProvider.request.shape;
const contact = identity.providerContact.shape;
const reviewDays = identity.reviewDays.shape;
const calendar = identity.providerCalendar.shape;
const holiday = identity.holiday.shape;

class Contact {
  @Field(contact.email) email?: string | null;
  @Field(contact.url) url?: string | null;
}

class Policy {
  @Field(provider.policy.unwrap().shape.text) text!: string;
}

class ReviewDays {
  @Field(reviewDays.from) from!: number;
  @Field(reviewDays.to) to!: number;
}

class Holiday {
  @Field(holiday.date) date!: string;
  @Field(holiday.name) name!: string;
}

class Calendar {
  @Field(calendar.timeZone, { description: 'Of the IANA database, such as `Europe/Vienna`.' }) timeZone!: string;
  @Field(calendar.workingDays) workingDays!: (typeof identity.weekdays)[number][];
  @Field(calendar.holidays, { type: () => Holiday }) holidays?: Holiday[];
}

class ProviderDetails {
  @Field(provider.name, { description: 'As messages and both sites name the provider.' }) name!: string;
  @Field(provider.contact, { type: () => Contact }) contact?: Contact;
  @Field(provider.policy, {
    type: () => Policy,
    description: 'Left out: stays as it is. Another text than the last becomes the next version.',
  })
  policy?: Policy;
  @Field(provider.reviewDays, {
    type: () => ReviewDays,
    description: 'How many working days a review usually takes.',
  })
  reviewDays?: ReviewDays | null;
  @Field(provider.calendar, { type: () => Calendar, description: 'Left out: stays as it is.' }) calendar?: Calendar;
}

class Logo {
  @Field(identity.setProviderLogo.request.shape.data, {
    description: `A PNG, JPEG or WebP picture of at most ${identity.logoBytesMax} bytes and ${identity.logoPixelsMax} pixels either way, in base64. One that is broken or cut off is refused, and so is SVG, which can hold scripts.`,
  })
  data!: string;
}

@ApiTags('Provider')
@Controller('v1/provider')
export class ProviderController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Allow(identity.getProvider, 'What the provider says of itself')
  @RespondsWith(200, identity.getProvider)
  get(@EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.getProvider, 'shared', {}, context);
  }

  @Put()
  @Allow(identity.setProvider, 'Replace what the provider says of itself; a policy that has changed is a new version')
  @RespondsWith(200, identity.setProvider)
  set(@Body() body: ProviderDetails, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.setProvider, 'shared', body, context);
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

  @Put('logo')
  @Allow(identity.setProviderLogo, "Replace the provider's logo")
  @RespondsWith(200, identity.setProviderLogo)
  setLogo(@Body() body: Logo, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.setProviderLogo, 'shared', body, context);
  }

  @Delete('logo')
  @Allow(identity.removeProviderLogo, "Remove the provider's logo")
  @RespondsWith(204)
  async removeLogo(@EdgeContext() context: RequestContext) {
    await this.rpc.call(identity.removeProviderLogo, 'shared', {}, context);
  }
}
