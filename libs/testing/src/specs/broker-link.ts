import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** The way to a real broker, which a spec can cut or make longer, and on which it can hold back what the broker says. */
export class BrokerLink {
  private readonly pairs = new Set<{ client: Socket; broker: Socket }>();
  private server: Server | undefined;
  private port = 0;
  private isHeld = false;
  private isRefusing = false;
  /** Log-ins that were refused. */
  refusals = 0;
  /** How long what is sent is under way, in each direction. */
  delayMs = 0;

  private constructor(private readonly broker: URL) {}

  /** @param natsUrl with or without credentials; who comes over the link brings its own */
  static async to(natsUrl: string): Promise<BrokerLink> {
    const link = new BrokerLink(new URL(natsUrl));
    await link.restore();
    return link;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** As if the broker had gone: connections break, and none can be made. */
  async cut(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    for (const { client, broker } of this.pairs) for (const socket of [client, broker]) socket.destroy();
    this.pairs.clear();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  /** The broker is back, under the same address. */
  async restore(): Promise<void> {
    if (this.server) return;
    this.isHeld = false;
    const server = createServer((client) => this.join(client));
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** What clients send still reaches the broker; what it says reaches nobody, until `restore` after `cut`. */
  hold(): void {
    this.isHeld = true;
    for (const { broker } of this.pairs) broker.pause();
  }

  /** As a broker does whose users are just being changed: connections end, and who logs in is refused, until told otherwise. */
  refuseLogIns(refuse = true): void {
    this.isRefusing = refuse;
    if (refuse) for (const { client } of this.pairs) client.destroy();
  }

  private join(client: Socket): void {
    const broker = connect(Number(this.broker.port), this.broker.hostname);
    const pair = { client, broker };
    this.pairs.add(pair);
    const passOn = (to: Socket) => (chunk: Buffer) => {
      if (this.delayMs > 0) setTimeout(() => to.destroyed || to.write(chunk), this.delayMs);
      else to.write(chunk);
    };
    if (this.isRefusing)
      client.once('data', () => {
        this.refusals += 1;
        client.end("-ERR 'Authorization Violation'\r\n");
      });
    else client.on('data', passOn(broker));
    broker.on('data', passOn(client));
    if (this.isHeld) broker.pause();
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      // Who is cut off learns of it by the end of the connection.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        other.destroy();
        this.pairs.delete(pair);
      });
    }
  }
}
