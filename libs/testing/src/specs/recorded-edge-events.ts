import type { EdgeEvent } from '#libs/broker';
import { eventType, type EventDefinition } from '#libs/contracts';

/** Keeps what was published straight to the stream. */
export class RecordedEdgeEvents {
  readonly published: ({ type: string } & EdgeEvent<EventDefinition>)[] = [];

  publish<Definition extends EventDefinition>(definition: Definition, event: EdgeEvent<Definition>): boolean {
    this.published.push({ ...event, type: eventType(definition), data: definition.data.parse(event.data) });
    return true;
  }
}
