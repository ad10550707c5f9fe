import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many subscriptions a partner has ever had is counted whenever it makes one more. */
export class IndexAllOfPartner1790000000002 implements MigrationInterface {
  name = 'IndexAllOfPartner1790000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index subscriptions_ever_of_partner on subscriptions.subscriptions (partner_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index subscriptions.subscriptions_ever_of_partner');
  }
}
