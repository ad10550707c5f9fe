import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Pair {
  client: Socket;
  server: Socket;
  isSwallowed: boolean;
}

/**
 * The way to a real Postgres, which a spec can break as networks do: everything is swallowed and nobody is told; connections
 * are cut; each message takes its time.
 */
export class PostgresLink {
  /** Connections that were made over it, those that are swallowed included. */
  made = 0;
  private readonly pairs = new Set<Pair>();
  private server: Server | undefined;
  private port = 0;
  private isHole = false;

  private constructor(
    private to: { hostname: string; port: string },
    private readonly delayMs: number,
  ) {}

  static async to(databaseUrl: string, { delayMs = 0 } = {}): Promise<PostgresLink> {
    const link = new PostgresLink(new URL(databaseUrl), delayMs);
    await link.listen();
    return link;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** The same database over the link, without credentials unless they are kept. */
  urlOf(databaseUrl: string): string {
    return `postgres://${this.host}${new URL(databaseUrl).pathname}`;
  }

  /** Whatever is sent from now on reaches nobody, and no connection ends. */
  swallow(): void {
    this.isHole = true;
    this.swallowOld();
  }

  /** The connections that there are lead nowhere; new ones work. */
  swallowOld(): void {
    for (const pair of this.pairs) pair.isSwallowed = true;
  }

  /** New connections work. What was swallowed stays lost. */
  heal(): void {
    this.isHole = false;
  }

  /** Breaks every connection. */
  cut(): void {
    for (const { client, server } of this.pairs) for (const socket of [client, server]) socket.destroy();
  }

  /** From now on new connections lead there, as when a name moves to another server. */
  leadTo(databaseUrl: string): void {
    this.to = new URL(databaseUrl);
  }

  async close(): Promise<void> {
    this.cut();
    const { server } = this;
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  private async listen(): Promise<void> {
    const server = createServer((client) => this.join(client));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  private join(client: Socket): void {
    this.made += 1;
    const server = connect(Number(this.to.port), this.to.hostname);
    const pair: Pair = { client, server, isSwallowed: this.isHole };
    this.pairs.add(pair);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.setNoDelay(true);
      from.on('data', (chunk) => {
        if (pair.isSwallowed) return;
        if (this.delayMs === 0) to.write(chunk);
        else setTimeout(() => to.write(chunk), this.delayMs);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        if (pair.isSwallowed && to === client) return;
        to.destroy();
        this.pairs.delete(pair);
      });
    }
  }
}
