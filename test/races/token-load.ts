import type { Environment } from '#libs/contracts';
import type { RunningSystem } from '#libs/testing';

export interface Pair {
  applicationId: string;
  applicationSecret: string;
  /** When the answer was there that ended its right to tokens (milliseconds since 1970). */
  endedAt?: number;
  /** Until when it has to work, where that is known. */
  worksUntil?: number;
}

interface Attempt {
  pair: Pair;
  by: 'oauth' | 'eqp' | 'portal';
  sentAt: number;
  receivedAt: number;
  status: number;
  /** When the token was signed, from its `jti`. */
  signedAt?: number;
}

interface TokenReply {
  access_token?: string;
  ust?: string;
  accessToken?: string;
}

/** Milliseconds since 1970 of a UUIDv7. */
const timeOf = (uuid: string): number => Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16);

function signedAt(token: string): number {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return timeOf((JSON.parse(payload) as { jti: string }).jti);
}

/**
 * Clients that ask for tokens without a pause, by both token endpoints (and by the portal, where given): most with the
 * pair in force, a third with the one before it, or the one before that.
 */
export class TokenLoad {
  readonly pairs: Pair[];
  previous: Pair;
  private readonly attempts: Attempt[] = [];
  private running = true;

  constructor(
    private readonly system: RunningSystem,
    private readonly environment: Environment,
    public current: Pair,
    private readonly portal?: { session: string; keyId: string },
  ) {
    this.pairs = [current];
    this.previous = current;
  }

  async run(clients: number): Promise<void> {
    await Promise.all(Array.from({ length: clients }, (_, index) => this.keepCalling(index)));
  }

  stop(): void {
    this.running = false;
  }

  replace(pair: Pair, endedAt: number): void {
    this.end(endedAt);
    this.previous = this.current;
    this.current = pair;
    this.pairs.push(pair);
  }

  end(endedAt: number): void {
    this.current.endedAt = endedAt;
  }

  issued = (pair: Pair): number => this.tokens().filter((attempt) => attempt.pair === pair).length;
  issuedBy = (by: Attempt['by']): number => this.tokens().filter((attempt) => attempt.by === by).length;
  refused = (pair: Pair): number => this.refusals().filter((attempt) => attempt.pair === pair).length;
  refusedAfterEnd = (): number => this.refusals().filter(isAfterEnd).length;

  /** Tokens signed after the answer, and requests sent after it that got one. */
  violations(): object[] {
    return this.tokens()
      .filter((attempt) => (attempt.signedAt ?? 0) > endOf(attempt) || isAfterEnd(attempt))
      .map(({ by, sentAt, signedAt: signed, pair: { endedAt = 0, applicationId } }) => ({
        by,
        applicationId,
        signedAfterMs: (signed ?? 0) - endedAt,
        sentAfterMs: sentAt - endedAt,
      }));
  }

  /** Of a pair that still had to work. */
  refusedTooSoon(): object[] {
    return this.refusals()
      .filter(({ pair, receivedAt }) => receivedAt < (pair.worksUntil ?? 0))
      .map(({ by, receivedAt, status, pair }) => ({ by, status, beforeItsEndMs: (pair.worksUntil ?? 0) - receivedAt }));
  }

  private tokens = () => this.attempts.filter(({ signedAt: signed }) => signed !== undefined);
  private refusals = () => this.attempts.filter(({ status }) => status >= 400 && status < 500);

  private async keepCalling(client: number): Promise<void> {
    for (let turn = client; this.running; turn += 1) {
      const pair = turn % 3 === 2 ? this.replaced(turn) : this.current;
      const by = turn % 2 ? 'eqp' : 'oauth';
      await this.getToken(pair, this.portal && turn % 4 === 0 ? 'portal' : by);
    }
  }

  private replaced(turn: number): Pair {
    return (turn % 4 === 0 && this.pairs.at(-3)) || this.previous;
  }

  private async getToken(pair: Pair, by: Attempt['by']): Promise<void> {
    const sentAt = Date.now();
    try {
      const response = await this.send(pair, by);
      const reply = (await response.json()) as TokenReply;
      const token = reply.access_token ?? reply.ust ?? reply.accessToken;
      this.attempts.push({
        ...{ pair, by, sentAt, receivedAt: Date.now(), status: response.status },
        ...(token !== undefined && { signedAt: signedAt(token) }),
      });
    } catch {
      this.attempts.push({ pair, by, sentAt, receivedAt: Date.now(), status: 0 });
    }
  }

  private send({ applicationId, applicationSecret }: Pair, by: Attempt['by']): Promise<Response> {
    const { gatewayUrl } = this.system;
    const signal = AbortSignal.timeout(30_000);
    if (by === 'portal') {
      const authorization = `Bearer ${this.portal?.session}`;
      return fetch(`${gatewayUrl}/v1/keys/${this.portal?.keyId}/tokens`, {
        method: 'POST',
        headers: { authorization },
        signal,
      });
    }
    const basic = Buffer.from(`${applicationId}:${applicationSecret}`).toString('base64');
    const [path, type, body] =
      by === 'oauth'
        ? ['oauth2/token', 'application/x-www-form-urlencoded', 'grant_type=client_credentials']
        : ['rest/v1/app/session/token', 'application/json', '{"grant_type":"session"}'];
    return fetch(`${gatewayUrl}/${this.environment}/${path}`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': type },
      body,
      signal,
    });
  }
}

const endOf = ({ pair }: Attempt): number => pair.endedAt ?? Number.POSITIVE_INFINITY;
const isAfterEnd = (attempt: Attempt): boolean => attempt.sentAt > endOf(attempt);
