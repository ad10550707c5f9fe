import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '#libs/clock';
import { environments, identity, type Environment } from '#libs/contracts';
import { Database } from '#libs/database';
import { Stalls, Worker, type AttemptResult } from '#libs/events';
import { newTraceId, RpcClient } from '#libs/rpc';
import { NotificationsConfig } from '../config';
import { isBounce, reasonOf, type MailFault } from '../domain/mail-faults';
import { messageIdOf } from '../domain/message-id';
import { mailRetryDelayMs } from '../domain/mail-retries';
import { MailTransport, type OutgoingMail } from '../mail/mail-transport';
import { MailWords } from '../mail/mail-words';
import { Mailing, Provider } from '../storage/entities';
import { Mails, type MailOutcome, type MailWork } from '../storage/mails.repository';

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
    private readonly words: MailWords,
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
    const outgoing = await this.compose(environment, mail);
    const outcome = outgoing ? await this.deliver(mail, outgoing) : gone;
    await this.mails.note(environment, mail, outcome);
    if (outcome.state === 'waiting') return { done: false, retryAfterMs: retryDelayMs(mail.attempts) };
    return { done: true };
  }

  /** Undefined: there is nobody any more, or nothing to tell. */
  private async compose(environment: Environment, mail: MailWork): Promise<OutgoingMail | undefined> {
    const context = this.rpc.systemContext(newTraceId());
    const request = { personId: mail.person_id };
    const { recipient } = await this.rpc.call(identity.getMailRecipient, environment, request, context);
    return this.database.reading(environment, async (manager) => {
      const mailing = await manager.findOneBy(Mailing, { environment, id: mail.mailing_id });
      if (!recipient || !mailing) return undefined;
      const provider = await manager.findOneBy(Provider, { environment });
      const messageId = messageIdOf(mail.mailing_id, mail.person_id, this.transport.host);
      return { ...this.words.render(mailing, environment, recipient, provider), to: recipient.email, messageId };
    });
  }

  private async deliver(mail: MailWork, outgoing: OutgoingMail): Promise<MailOutcome> {
    const { to, subject, text } = outgoing;
    const sent = { address: to, subject, text };
    if (!this.transport.isThere) return { state: 'kept', reason: null, sent };
    try {
      await this.transport.send(outgoing);
      return { state: 'sent', reason: null, sent };
    } catch (error) {
      const fault = error as MailFault;
      return { state: this.stateAfter(mail, fault), reason: reasonOf(fault), sent };
    }
  }

  private stateAfter({ created_at: createdAt }: MailWork, fault: MailFault): MailOutcome['state'] {
    if (isBounce(fault)) return 'bounced';
    const isOver = this.clock.now() - createdAt.getTime() > this.config.SLIPWAY_MAIL_HOURS * hourMs;
    return isOver ? 'failed' : 'waiting';
  }
}

const gone: MailOutcome = { state: 'dropped', reason: 'This person has been removed.' };
