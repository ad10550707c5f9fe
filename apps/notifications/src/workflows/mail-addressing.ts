import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { environments, identity, type Environment, type PartnerId, type PersonId } from '#libs/contracts';
import { Database } from '#libs/database';
import { Stalls, Worker, type AttemptResult } from '#libs/events';
import { newTraceId, RpcClient } from '#libs/rpc';
import type { StaffAddressed } from '../storage/entities';
import { Mails, type MailingWork } from '../storage/mails.repository';
import { MailSending } from './mail-sending';

const retryDelayMs = (attempts: number): number => Math.min(1_000 * 2 ** Math.min(attempts, 20), 300_000);

/** B50: finds out who is to be told by mail of what has happened, and makes a mail for each of them. */
@Injectable()
export class MailAddressing implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly workers: Worker<MailingWork>[];

  constructor(
    database: Database,
    private readonly rpc: RpcClient,
    private readonly mails: Mails,
    private readonly sending: MailSending,
    stalls: Stalls,
  ) {
    this.workers = environments.map(
      (environment) =>
        new Worker(database, stalls, {
          table: 'mailings',
          scope: environment,
          concurrency: 4,
          leaseSeconds: 60,
          attempt: (mailing) => this.attempt(environment, mailing),
          retryDelayMs,
        }),
    );
  }

  onApplicationBootstrap(): void {
    for (const worker of this.workers) worker.start();
  }

  /** Before the database is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop()));
  }

  private async attempt(environment: Environment, mailing: MailingWork): Promise<AttemptResult> {
    const ids = mailing.staff
      ? await this.staffOf(mailing.staff)
      : await this.peopleOf(environment, mailing.partner_id, mailing.person_id);
    if (ids.length > 0) await this.mails.add(environment, mailing, ids);
    this.sending.wake(environment);
    return { done: true };
  }

  private async peopleOf(environment: Environment, partnerId: PartnerId, personId: PersonId | null) {
    const request = { partnerId, personId };
    const context = this.rpc.systemContext(newTraceId());
    return (await this.rpc.call(identity.findMailRecipients, environment, request, context)).personIds;
  }

  private async staffOf(staff: StaffAddressed) {
    const context = this.rpc.systemContext(newTraceId());
    return (await this.rpc.call(identity.findStaffRecipients, 'shared', staff, context)).staffIds;
  }
}
