import type { EntityManager } from 'typeorm';

/** Puts a value among the parameters of the statement; returns its placeholder. */
type Parameter = (value: unknown) => string;

/** An insertion, without `returning`. */
export type Insertion = (parameter: Parameter) => string;

/**
 * What a transaction writes last, whatever it is about: events, the act, the reply to a repetition. All of it is one
 * statement, so that none of them costs a way to Postgres and back.
 */
export class ClosingRows {
  private readonly insertions: Insertion[] = [];

  add(insertion: Insertion): void {
    this.insertions.push(insertion);
  }

  async write(manager: EntityManager): Promise<void> {
    if (this.insertions.length === 0) return;
    const values: unknown[] = [];
    const statements = this.insertions.map((insertion) => insertion((value) => `$${values.push(value)}`));
    const before = statements.slice(0, -1).map((statement, index) => `closing_${index} as (${statement})`);
    await manager.query(
      [...(before.length > 0 ? [`with ${before.join(', ')}`] : []), statements.at(-1)].join('\n'),
      values,
    );
  }
}
