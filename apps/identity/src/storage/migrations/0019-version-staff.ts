import type { MigrationInterface, QueryRunner } from 'typeorm';

/** So that those who keep a copy of staff know what is old. */
export class VersionStaff1790000000019 implements MigrationInterface {
  name = 'VersionStaff1790000000019';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table identity.staff add column version integer not null default 1');
  }

  async down(): Promise<void> {
    throw new Error('This migration is not undone: what is published afterwards would count as old.');
  }
}
