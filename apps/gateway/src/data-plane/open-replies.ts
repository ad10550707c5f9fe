import type { ServerResponse } from 'node:http';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { environments, type Environment } from '#libs/contracts';
import { VerifiedTokens, type VerifiedToken } from '../tokens/verified-tokens';

/** How often it looks which tokens have been ended: the gateway itself learns of them as often. */
const lookMs = 1_000;

interface OpenReply {
  token: VerifiedToken;
  raw: ServerResponse;
}

/** A stream may outlast its token. What ends the token before its time (docs/adr/0021) cuts the stream. */
@Injectable()
export class OpenReplies implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly replies: Record<Environment, Set<OpenReply>> = { sandbox: new Set(), production: new Set() };
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly tokens: VerifiedTokens) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.cutEnded(), lookMs);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** @param over when nobody waits for it any more */
  add(environment: Environment, reply: OpenReply, over: AbortSignal): void {
    if (over.aborted) return;
    const replies = this.replies[environment];
    replies.add(reply);
    over.addEventListener('abort', () => replies.delete(reply));
  }

  private cutEnded(): void {
    for (const environment of environments)
      for (const { token, raw } of this.replies[environment])
        if (this.tokens.isEnded(environment, token)) raw.destroy();
  }
}
