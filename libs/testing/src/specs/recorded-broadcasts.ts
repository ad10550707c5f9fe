import { broadcastSubject, type Broadcast, type BroadcastData, type Scope } from '#libs/contracts';

/** Keeps what a service has broadcast, and hands it to whoever receives it in the same process. */
export class RecordedBroadcasts {
  readonly sent: { subject: string; data: unknown }[] = [];
  private readonly receivers = new Map<string, ((data: unknown) => void)[]>();

  send<B extends Broadcast>(broadcast: B, scope: Scope, data: BroadcastData<B>): void {
    const subject = broadcastSubject(broadcast, scope);
    this.sent.push({ subject, data: broadcast.data.parse(data) });
    for (const receive of this.receivers.get(subject) ?? []) receive(data);
  }

  receive<B extends Broadcast>(broadcast: B, scope: Scope, take: (data: BroadcastData<B>) => void): void {
    const subject = broadcastSubject(broadcast, scope);
    this.receivers.set(subject, [...(this.receivers.get(subject) ?? []), take as (data: unknown) => void]);
  }
}
