import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Broadcasts } from '#libs/broker';
import { Clock } from '#libs/clock';
import { environments, identity, type Environment } from '#libs/contracts';
import { SlipwayError, unavailable } from '#libs/errors';
import { LOGGER, type Logger } from '#libs/observability';
import { RpcClient } from '#libs/rpc';
import { GatewayConfig } from '../config';
import type { VerifiedToken } from './verified-tokens';

const refreshMs = 1_000;
/** When the last token has expired by itself that something could have ended. */
const rememberedMs = (identity.tokenSecondsMax + 3_600) * 1_000;

interface Revocation {
  epoch: number;
  accountId: string | null;
  learnedAt: number;
}

/** What the gateway knows of one environment. Times are monotonic milliseconds. */
interface Knowledge {
  /** By the id of the holder, and by a key's application ID; whoever was learned of last comes last. */
  revocations: Map<string, Revocation>;
  /** All up to this epoch is known. */
  epoch: number;
  /** When the call was sent that last found nothing more. */
  confirmedAt?: number;
  reading?: Promise<void>;
}

const nothingKnown = (): Knowledge => ({ revocations: new Map(), epoch: 0 });

/**
 * Which tokens have been ended before they expire (docs/adr/0021). Read from `identity` every second, and at once when it
 * announces something; nobody is asked while a token is verified.
 */
@Injectable()
export class EndedTokens implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly knowledge: Record<Environment, Knowledge> = {
    sandbox: nothingKnown(),
    production: nothingKnown(),
  };
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly rpc: RpcClient,
    private readonly broadcasts: Broadcasts,
    private readonly clock: Clock,
    @Inject(GatewayConfig) private readonly config: GatewayConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    for (const environment of environments)
      this.broadcasts.receive(identity.tokensRevoked, environment, ({ epoch, latest }) => {
        for (const revocation of latest) this.learn(this.knowledge[environment], revocation);
        void this.reach(environment, epoch);
      });
    this.timer = setInterval(() => this.refresh(), refreshMs);
    this.refresh();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Before the first reading an ended token would look live. @throws unavailable */
  async known(environment: Environment): Promise<void> {
    if (this.knowledge[environment].confirmedAt === undefined) await this.read(environment);
  }

  /** Recently enough to trust what has not been ended. */
  isKnown(environment: Environment): boolean {
    const { confirmedAt } = this.knowledge[environment];
    return confirmedAt !== undefined && this.clock.monotonic() - confirmedAt <= this.trustedMs;
  }

  private get trustedMs(): number {
    return this.config.SLIPWAY_REVOCATIONS_MAX_AGE_SECONDS * 1_000;
  }

  /** @throws invalid_token; unavailable where nothing has been heard for too long */
  requireLive(environment: Environment, claims: VerifiedToken): void {
    if (!this.isKnown(environment))
      throw unavailable(new Error(`what has ended tokens has not been read for ${this.trustedMs} ms`));
    if (this.areEnded(environment, claims))
      throw new SlipwayError('invalid_token', 'The session token has been ended.');
  }

  /** As far as it is known. */
  areEnded(environment: Environment, claims: VerifiedToken): boolean {
    const { revocations } = this.knowledge[environment];
    const { epoch = 0 } = claims;
    return holdersOf(claims).some((holder) => epoch < (revocations.get(holder)?.epoch ?? 0));
  }

  private refresh(): void {
    for (const environment of environments) {
      void this.read(environment).catch((error: unknown) =>
        this.logger.debug({ err: error, environment }, 'what has ended tokens was not read'),
      );
      this.forgetExpired(environment);
    }
  }

  /** A reading that is under way may have begun before what is announced. */
  private async reach(environment: Environment, epoch: number): Promise<void> {
    const known = this.knowledge[environment];
    try {
      if (known.epoch < epoch) await known.reading;
      if (known.epoch < epoch) await this.read(environment);
    } catch (error) {
      this.logger.debug({ err: error, environment }, 'what has ended tokens was not read');
    }
  }

  private read(environment: Environment): Promise<void> {
    const known = this.knowledge[environment];
    known.reading ??= this.readAll(environment).finally(() => (known.reading = undefined));
    return known.reading;
  }

  private async readAll(environment: Environment): Promise<void> {
    const known = this.knowledge[environment];
    for (let more = true; more;) {
      const sentAt = this.clock.monotonic();
      const context = this.rpc.systemContext(undefined, refreshMs);
      const page = await this.rpc.call(identity.listTokenRevocations, environment, { after: known.epoch }, context);
      for (const revocation of page.items) this.learn(known, revocation);
      // A database restored to an earlier state counts from there: everything is read anew.
      const isRestored = page.epoch < known.epoch;
      known.epoch = isRestored ? 0 : page.epoch;
      more = page.more || isRestored;
      if (!more) known.confirmedAt = sentAt;
    }
  }

  private learn({ revocations }: Knowledge, revoked: identity.TokenRevocation): void {
    const { holder, holderId, epoch, accountId, applicationId } = revoked;
    const known = revocations.get(holderId);
    if (known && known.epoch >= epoch) return;
    if (holder === 'account') forgetAccount(revocations, revoked);
    for (const name of [holderId, applicationId]) {
      if (name === null) continue;
      revocations.delete(name);
      revocations.set(name, { epoch, accountId, learnedAt: this.clock.monotonic() });
    }
  }

  private forgetExpired(environment: Environment): void {
    const { revocations } = this.knowledge[environment];
    for (const [holder, { learnedAt }] of revocations) {
      if (this.clock.monotonic() - learnedAt < rememberedMs) break;
      revocations.delete(holder);
    }
  }
}

/** A token of a version before the epochs does not name its key. */
function holdersOf({ key_id, client_id, account_id, subscription_id, partner_id, act }: VerifiedToken): string[] {
  const holders = [key_id ?? client_id, subscription_id, account_id, partner_id];
  return act ? [...holders, act.sub] : holders;
}

/** What ends the tokens of a whole account stands for all that ended some of them. */
function forgetAccount(revocations: Map<string, Revocation>, { holderId, epoch }: identity.TokenRevocation): void {
  for (const [holder, known] of revocations)
    if (known.accountId === holderId && known.epoch < epoch) revocations.delete(holder);
}
