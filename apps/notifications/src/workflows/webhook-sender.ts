import {
  Inject,
  Injectable,
  Optional,
  type BeforeApplicationShutdown,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { errors, type Agent, type Dispatcher } from 'undici';
import { Clock } from '#libs/clock';
import { egressAgent, type Resolve } from '#libs/egress';
import { NotificationsConfig } from '../config';
import { retryAfterMs } from '../domain/delivery-schedule';
import { signatures } from '../domain/signature';
import { WebhookAddresses } from './webhook-addresses';

/** For all of it: connection, TLS, head and body. */
export const deadlineMs = 15_000;
const bodyBytesMax = 64 * 1024;
/** How long attempts may go on when the process ends; it is given ten seconds. */
const lastRepliesMs = 5_000;
/** Characters of it that are kept. */
const excerptMax = 500;

/** Where names are resolved, unless by the system: for specs. */
export const RESOLVE = Symbol('Resolve');
/** How long an attempt may take, milliseconds: for specs. */
export const DEADLINE_MS = Symbol('DeadlineMs');

export interface Sending {
  id: string;
  url: string;
  body: string;
  secrets: readonly Buffer[];
}

/** How an attempt went. */
export interface Sent {
  at: Date;
  status: number | null;
  latencyMs: number;
  excerpt: string | null;
  /** Null: it was accepted. */
  error: string | null;
  /** What the server has asked for, milliseconds. */
  retryAfterMs: number;
}

type Reply = Pick<Sent, 'status' | 'excerpt' | 'error' | 'retryAfterMs'>;

/** It is not the server's fault, and says nothing of it. */
export class CutShort extends Error {
  constructor() {
    super('the process ends');
  }
}

/** Sends once: nothing is repeated, no redirect is followed, and only 2xx counts as accepted. */
@Injectable()
export class WebhookSender implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly agent: Agent;
  private isCutShort = false;

  constructor(
    @Inject(NotificationsConfig) config: NotificationsConfig,
    private readonly addresses: WebhookAddresses,
    private readonly clock: Clock,
    @Optional() @Inject(RESOLVE) resolve?: Resolve,
    @Optional() @Inject(DEADLINE_MS) private readonly msMax: number = deadlineMs,
  ) {
    this.agent = egressAgent({
      rules: addresses.rules,
      authorities: config.SLIPWAY_WEBHOOK_CA,
      // Whoever claims sees to it that one webhook does not take all; of one server there may be many.
      connections: config.SLIPWAY_WEBHOOK_CONCURRENCY,
      ...{ headMsMax: deadlineMs, silenceMsMax: deadlineMs },
      ...(resolve && { resolve }),
    });
  }

  /** @throws CutShort */
  async send(sending: Sending): Promise<Sent> {
    const at = this.clock.date();
    const begun = this.clock.monotonic();
    const reply = await this.replyTo(sending, at).catch((error: unknown): Reply => {
      if (this.isCutShort) throw new CutShort();
      return { status: null, excerpt: null, error: inWords(error), retryAfterMs: 0 };
    });
    return { at, latencyMs: Math.round(this.clock.monotonic() - begun), ...reply };
  }

  /** Whoever waits for the last replies need not wait for servers that say nothing. */
  beforeApplicationShutdown(): void {
    setTimeout(() => void this.cutShort(), lastRepliesMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.cutShort();
  }

  private async cutShort(): Promise<void> {
    this.isCutShort = true;
    await this.agent.destroy();
  }

  private async replyTo(sending: Sending, at: Date): Promise<Reply> {
    // Looked at each time: settings change, and what was saved under others stays.
    const fault = this.addresses.faultOf(sending.url);
    if (fault) return { status: null, excerpt: null, error: fault, retryAfterMs: 0 };
    const { origin, pathname, search } = new URL(sending.url);
    const received = await this.agent.request({
      ...{ method: 'POST', origin, path: `${pathname}${search}`, body: sending.body },
      headers: headersOf(sending, at),
      signal: AbortSignal.timeout(this.msMax),
    });
    const excerpt = excerptOf(await beginningOf(received.body));
    return {
      status: received.statusCode,
      excerpt,
      error: faultOfStatus(received.statusCode),
      retryAfterMs: waitOf(received, at),
    };
  }
}

function headersOf({ id, body, secrets }: Sending, at: Date): Record<string, string> {
  const timestamp = Math.floor(at.getTime() / 1_000);
  return {
    'content-type': 'application/json',
    'user-agent': 'Slipway-Webhooks/1.0',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures(secrets, { id, timestamp, body }),
  };
}

/** What is more is not read: the connection is given up. */
async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // To leave the loop destroys the body.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, bodyBytesMax - bytes));
    bytes += chunk.length;
    if (bytes >= bodyBytesMax) break;
  }
  return Buffer.concat(chunks);
}

/** Whole characters, and none that no text of Postgres has. */
const excerptOf = (bytes: Buffer): string =>
  [...new TextDecoder().decode(bytes).replaceAll('\0', '')].slice(0, excerptMax).join('');

function faultOfStatus(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `It answered ${status}. Redirects are not followed.`;
  if (status === 410) return 'It answered 410: it is gone, and nothing more is sent there.';
  return `It answered ${status}; only 2xx counts as accepted.`;
}

/** Only these two say when to come again. */
function waitOf({ statusCode, headers }: Dispatcher.ResponseData, at: Date): number {
  const value = headers['retry-after'];
  return [429, 503].includes(statusCode)
    ? retryAfterMs(typeof value === 'string' ? value : value?.[0], at.getTime())
    : 0;
}

const words: Record<string, string> = {
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was cut.',
  UND_ERR_SOCKET: 'The connection was cut.',
  EPIPE: 'The connection was cut.',
  EHOSTUNREACH: 'The host cannot be reached.',
  ENETUNREACH: 'The host cannot be reached.',
  ENOTFOUND: 'The name has no address.',
  EAI_AGAIN: 'The name could not be resolved.',
};
const errorMax = 300;

/** For whoever owns the webhook. */
function inWords(error: unknown): string {
  if (isTimeout(error)) return `There was no complete answer within ${deadlineMs / 1_000} seconds.`;
  if (error instanceof errors.HTTPParserError) return 'What it answered is not HTTP.';
  const { code = '', message = 'unknown' } = error as { code?: string; message?: string };
  return words[code] ?? message.replaceAll('\0', '').slice(0, errorMax);
}

const isTimeout = (error: unknown): boolean =>
  error instanceof errors.HeadersTimeoutError ||
  error instanceof errors.BodyTimeoutError ||
  error instanceof errors.ConnectTimeoutError ||
  (error as { name?: string }).name === 'TimeoutError';
