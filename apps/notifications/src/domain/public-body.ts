import { publicEventOf, type CloudEvent } from '#libs/contracts';

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
