import { publicEventOf, type CloudEvent, type Environment, type EventId, type notifications } from '#libs/contracts';

export type Happening = Pick<CloudEvent, 'type' | 'time' | 'aggregateversion' | 'data'>;

/**
 * What programs are sent of an event: these very bytes at every address, with each attempt. @throws Error for a type that is
 * not public
 */
export function publicBody({ type, time, aggregateversion: sequence, data }: Happening, publicUrl: string): string {
  const event = publicEventOf(type);
  if (!event) throw new Error(`${type} is not public`);
  const own = Object.fromEntries(event.members.map((name) => [name, (data as Record<string, unknown>)[name]]));
  const path = event.path.replace(/\{(\w+)\}/g, (_, name: string) => String(own[name]));
  return JSON.stringify({ type, timestamp: time, data: { ...own, sequence, url: `${publicUrl}${path}` } });
}

/** The same as CloudEvents has it, for whoever follows. */
export function publicCloudEvent(
  { id, number, body }: { id: EventId; number: number; body: string },
  environment: Environment,
  publicUrl: string,
): notifications.PublicCloudEvent {
  const { type, timestamp, data } = JSON.parse(body) as PublicBody;
  const source = `${publicUrl}/${environment}`;
  return {
    ...{ specversion: '1.0', id, source, type, time: timestamp, datacontenttype: 'application/json' },
    ...{ cursor: number, data },
  };
}

type PublicBody = Pick<notifications.PublicCloudEvent, 'type' | 'data'> & { timestamp: string };
