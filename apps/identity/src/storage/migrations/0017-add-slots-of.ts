import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddSlotsOf1790000000017 implements MigrationInterface {
  name = 'AddSlotsOf1790000000017';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Whose slot it is, where the plan has each subscription count by itself; null: the account's. A copy of the release before
      -- knows the account's alone and counts all of its keys: it refuses sooner, and never lets more through.
      alter table identity.access_keys add column slots_of uuid;
      -- The second line behind the lock on the account, as before: no two live keys share a slot of one and the same.
      create unique index access_keys_slots on identity.access_keys
        (environment, account_id, coalesce(slots_of, account_id), slot) where deleted_at is null;
      drop index identity.access_keys_slot;
    `);
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: two keys may have the same slot, each of its own subscription.');
  }
}
