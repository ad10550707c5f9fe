import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { eventCatalogue, notifications } from '#libs/contracts';
import { Allow, RespondsWith } from '#libs/http';

@ApiTags('Events')
@Controller('v1/event-types')
export class EventTypesController {
  @Get()
  @Allow(notifications.listEventTypes, 'Every type of event there is, and its data')
  @RespondsWith(200, notifications.listEventTypes)
  list() {
    return { items: eventCatalogue, nextCursor: null };
  }
}
