import type { MigrationInterface, QueryRunner } from 'typeorm';
import { sharedTable } from '#libs/database';

/** How far each partner has come (docs/adr/0042). */
export class Milestones1790000000020 implements MigrationInterface {
  name = 'Milestones1790000000020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table subscriptions.milestones (
        partner_id uuid not null,
        milestone text not null,
        -- The first time.
        reached_at timestamptz not null,
        -- Of a call: its trace id.
        request_id text,
        primary key (partner_id, milestone)
      );
      ${sharedTable('subscriptions', 'milestones', 'select, insert, update')}

      -- What this service itself knows of the time before. The rest comes with what the streams still have.
      insert into subscriptions.milestones (partner_id, milestone, reached_at)
        select of.partner_id, 'submitted', min(submission.submitted_at)
        from subscriptions.submissions submission join subscriptions.subscriptions of on of.id = submission.subscription_id
        group by of.partner_id
        union all
        select of.partner_id, 'approved', min(submission.decided_at)
        from subscriptions.submissions submission join subscriptions.subscriptions of on of.id = submission.subscription_id
        where submission.state = 'approved' and submission.decided_at is not null
        group by of.partner_id;
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: how far partners have come would be forgotten.');
  }
}
