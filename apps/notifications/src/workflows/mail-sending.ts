import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '#libs/clock';
import { environments, type Environment } from '#libs/contracts';
import { Database } from '#libs/database';
import { Stalls, Worker, type AttemptResult } from '#libs/events';
import { newTraceId, RpcClient } from '#libs/rpc';
import { NotificationsConfig } from '../config';
import { isBounce, reasonOf, type MailFault } from '../domain/mail-faults';
import { messageIdOf } from '../domain/message-id';
import { mailRetryDelayMs } from '../domain/mail-retries';
import { MailTransport, type OutgoingMail } from '../mail/mail-transport';
import { Mails, type MailOutcome, type MailWork } from '../storage/mails.repository';
import { MailComposer } from './mail-composer';

/** What comes after the mail server has replied, and before: a call of identity, and two statements. */
const besideSeconds = 30;
const hourMs = 3_600_000;

const retryDelayMs = (attempts: number): number => mailRetryDelayMs(attempts, Math.random());

/**
 * B50: sends each mail, to where its person is reached at that moment (docs/adr/0036). One attempt may be made twice, when a
 * process dies before it has noted what became of it; both have the same Message-ID.
 */
@Injectable()
export class MailSending implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly workers: Record<Environment, Worker<MailWork>>;

  constructor(
    private readonly database: Database,
    private readonly rpc: RpcClient,
    private readonly mails: Mails,
    private readonly composer: MailComposer,
    private readonly transport: MailTransport,
    private readonly clock: Clock,
    private readonly stalls: Stalls,
    @Inject(NotificationsConfig) private readonly config: NotificationsConfig,
  ) {
    this.workers = { sandbox: this.workerOf('sandbox'), production: this.workerOf('production') };
  }

  onApplicationBootstrap(): void {
    for (const environment of environments) this.workers[environment].start();
  }

  /** Before the database is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(environments.map((environment) => this.workers[environment].stop()));
  }

  /** There is something to send. */
  wake(environment: Environment): void {
    this.workers[environment].wake();
  }

  private workerOf(environment: Environment): Worker<MailWork> {
    return new Worker(this.database, this.stalls, {
      table: 'mails',
      scope: environment,
      concurrency: this.config.SLIPWAY_SMTP_CONNECTIONS,
      leaseSeconds: this.transport.secondsMax + besideSeconds,
      attempt: (mail) => this.attempt(environment, mail),
      retryDelayMs,
    });
  }

  private async attempt(environment: Environment, mail: MailWork): Promise<AttemptResult> {
    const outcome = await this.outcomeOf(environment, mail);
    await this.mails.note(environment, mail, outcome);
    if (outcome.state === 'waiting') return { done: false, retryAfterMs: retryDelayMs(mail.attempts) };
    return { done: true };
  }

  private async outcomeOf(environment: Environment, mail: MailWork): Promise<MailOutcome> {
    const { mailing_id: mailingId, person_id: personId } = mail;
    const context = this.rpc.systemContext(newTraceId());
    const composed = await this.composer.compose(environment, { mailingId, personId }, context);
    if ('nothing' in composed) return { state: 'dropped', reason: composed.nothing };
    const { to: address, subject, text, isSecret } = composed;
    const sent = { address, subject, text: isSecret ? null : text };
    const messageId = messageIdOf(mailingId, personId, this.transport.host);
    return { ...(await this.deliver(mail, { ...composed, messageId })), sent };
  }

  private async deliver(mail: MailWork, outgoing: OutgoingMail): Promise<MailOutcome> {
    if (!this.transport.isThere) return { state: 'kept', reason: null };
    try {
      await this.transport.send(outgoing);
      return { state: 'sent', reason: null };
    } catch (error) {
      const fault = error as MailFault;
      return { state: this.stateAfter(mail, fault), reason: reasonOf(fault) };
    }
  }

  private stateAfter({ created_at: createdAt }: MailWork, fault: MailFault): MailOutcome['state'] {
    if (isBounce(fault)) return 'bounced';
    const isOver = this.clock.now() - createdAt.getTime() > this.config.SLIPWAY_MAIL_HOURS * hourMs;
    return isOver ? 'failed' : 'waiting';
  }
}
