import type { QueryDeepPartialEntity } from 'typeorm';
import type { Tx } from '#libs/database';

/** For rows with free JSON: TypeORM's own type of what can be inserted has no place for `unknown` in it. */
export async function insertRow<Row extends object>({ manager }: Tx, table: new () => Row, row: Row): Promise<void> {
  await manager.insert(table, row as QueryDeepPartialEntity<Row>);
}
