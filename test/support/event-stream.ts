import { EventSource } from 'eventsource';
import type { notifications } from '#libs/contracts';

/** A client of server-sent events that is not ours: it reconnects by itself, with the `Last-Event-ID` that it has. */
export class EventStream {
  readonly events: notifications.PublicCloudEvent[] = [];
  /** Of the replies that were none: an EventSource gives up then. */
  readonly refusals: number[] = [];
  connections = 0;
  private readonly source: EventSource;

  constructor(url: string, headers: Record<string, string>) {
    this.source = new EventSource(url, {
      fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...headers } }),
    });
    this.source.onopen = () => (this.connections += 1);
    this.source.onmessage = ({ data }) => this.events.push(JSON.parse(data as string));
    this.source.onerror = ({ code }) => code !== undefined && this.refusals.push(code);
  }

  get isOpen(): boolean {
    return this.source.readyState === this.source.OPEN;
  }

  get isOver(): boolean {
    return this.source.readyState === this.source.CLOSED;
  }

  close(): void {
    this.source.close();
  }
}
