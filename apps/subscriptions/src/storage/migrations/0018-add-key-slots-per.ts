import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddKeySlotsPer1790000000018 implements MigrationInterface {
  name = 'AddKeySlotsPer1790000000018';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Whether keys of the plan take places of their account, or each subscription has its own.
      alter table subscriptions.plans add column key_slots_per text not null default 'account'
        check (key_slots_per in ('account', 'subscription'));
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: partners would have more keys than they may.');
  }
}
