import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '#libs/clock';
import type { Caller } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { FairPool } from '#libs/turns';
import { IdentityConfig } from '../config';
import { weaknessOf } from '../domain/weak-passwords';
import { PasswordThread } from './password-thread';

/** Whose turn it is to wait, by whence they come, and how long it is of use to them; a call's context says so. */
export interface Waiting {
  address?: string;
  deadline: number;
  /** Where somebody has signed in before. Like whoever is signed in, they wait for no stranger. */
  isKnown?: boolean;
  caller?: Caller;
}

const startMsMax = 30_000;
/** Of 19. What strangers try has a third of what the rest of a busy machine has, and all that it leaves. */
const strangersNiceness = 5;

/** Whether the one who signs in has the password. */
export type Comparison = (password: string, passwordHash: string | undefined) => Promise<boolean>;

/**
 * Passwords are hashed and compared in threads of their own, of which there are few, behind bounded queues: however many
 * sign in, the rest of the machine has its share, and those who are known have theirs apart from strangers. Never to be
 * waited for in a transaction, which would keep its connection and its locks meanwhile.
 */
@Injectable()
export class Passwords implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly threads: PasswordThread[] = [];
  private readonly ofKnown: FairPool<PasswordThread>;
  private readonly ofStrangers: FairPool<PasswordThread>;
  private nobodysHash: Promise<string> | undefined;

  constructor(
    @Inject(IdentityConfig) private readonly config: IdentityConfig,
    private readonly clock: Clock,
  ) {
    this.ofKnown = this.open(0);
    this.ofStrangers = this.open(strangersNiceness);
  }

  /** So that the first name that does not exist takes no longer than the next. */
  async onApplicationBootstrap(): Promise<void> {
    const waiting = { deadline: this.clock.monotonic() + startMsMax };
    await this.ofStrangers.run(turnOf(waiting), (thread) => this.hashOfNobody(thread));
  }

  /**
   * The hash of a password that somebody has chosen: the one way to one, so that none is set that many have.
   *
   * @param pointer where it stands in the request
   * @throws identity.weak_password, unavailable
   */
  async hashChosen(password: string, pointer: string, waiting: Waiting): Promise<string> {
    const weakness = weaknessOf(password);
    if (weakness !== undefined)
      throw new SlipwayError('identity.weak_password', 'This password would soon be guessed. Choose another.', {
        fields: [{ pointer, detail: weakness }],
      });
    return this.poolOf(waiting).run(turnOf(waiting), (thread) => thread.hash(password));
  }

  /**
   * Has a thread for `work` alone. With no hash to compare it costs the same, so that time does not tell whether somebody
   * exists.
   *
   * @throws unavailable
   */
  inTurn<Result>(waiting: Waiting, work: (matches: Comparison) => Promise<Result>): Promise<Result> {
    return this.poolOf(waiting).run(turnOf(waiting), (thread) =>
      work(async (password, passwordHash) => {
        const matches = await thread.matches(password, passwordHash ?? (await this.hashOfNobody(thread)));
        return matches && passwordHash !== undefined;
      }),
    );
  }

  /** Before the connections drain: whoever waits is still told. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private open(niceness: number): FairPool<PasswordThread> {
    const { SLIPWAY_PASSWORD_QUEUE: waitingMax, SLIPWAY_PASSWORD_THREADS: count } = this.config;
    const threads = Array.from({ length: count }, () => new PasswordThread(niceness));
    this.threads.push(...threads);
    return new FairPool(threads, { waitingMax, waitingOfOneMax: Math.ceil(waitingMax / 2) }, this.clock);
  }

  private poolOf({ isKnown, caller }: Waiting): FairPool<PasswordThread> {
    const isSignedIn = caller?.kind === 'person' || caller?.kind === 'staff';
    return isKnown || isSignedIn ? this.ofKnown : this.ofStrangers;
  }

  private hashOfNobody(thread: PasswordThread): Promise<string> {
    this.nobodysHash ??= thread.hash('nobody has this password').catch((error: unknown) => {
      this.nobodysHash = undefined;
      throw error;
    });
    return this.nobodysHash;
  }
}

const turnOf = ({ address = '', deadline }: Waiting) => ({ of: address, deadline });
