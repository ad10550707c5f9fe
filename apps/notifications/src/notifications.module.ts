import { Module } from '@nestjs/common';
import { defineService } from '#libs/service';
import { notificationsConfig } from './config';
import { OnOutcome } from './event-handlers/on-outcome/on-outcome.event-handler';
import { OnProviderChanged } from './event-handlers/on-provider-changed/on-provider-changed.event-handler';
import { entities } from './storage/entities';
import { retention } from './storage/retention';
import { MarkRead } from './use-cases/mark-read/mark-read.use-case';
import { ReadMessages } from './use-cases/read-messages/read-messages.use-case';

@Module({
  controllers: [ReadMessages, MarkRead],
  providers: [OnOutcome, OnProviderChanged],
})
export class NotificationsModule {}

export const notificationsService = defineService({
  name: 'notifications',
  module: NotificationsModule,
  entities,
  config: notificationsConfig,
  retention,
});
