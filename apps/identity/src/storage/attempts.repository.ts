import { createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '#libs/clock';
import { purposeKey, SERVICE_KEY } from '#libs/crypto';
import { asUnavailable, Database } from '#libs/database';
import { keptSeconds, type AttemptLimit, type Counted } from '../domain/attempts';
import { Gathering } from './gathering';

/** What attempts are counted of. */
export interface Subject {
  /** Who or what: `person/production/ada@contoso.example`. Only a keyed hash of it is kept. */
  name: string;
  limit: AttemptLimit;
  /**
   * Where anybody could invent names as fast as they can be counted: into how many rows they all go, so that they
   * cannot fill the disk. Two names that share a row share its waits.
   */
  rowsMax?: number;
}

interface CountedRow {
  subject: Buffer;
  attempts: number;
  last_at: Date;
  expires_at: Date;
}

const countedOf = ({ attempts, last_at: lastAt, expires_at: expiresAt }: CountedRow): Counted => ({
  attempts,
  lastAt,
  expiresAt,
});

const waitingMax = 20_000;

/**
 * Attempts, counted in Postgres for all copies of the service. Under the shared role: an address is the same in both
 * environments.
 */
@Injectable()
export class Attempts {
  private readonly key: Buffer;
  private readonly reads = new Gathering((subjects: Subject[]) => this.read(subjects), waitingMax);
  private readonly writes = new Gathering((subjects: Subject[]) => this.write(subjects), waitingMax);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(SERVICE_KEY) serviceKey: string,
  ) {
    this.key = purposeKey(serviceKey, 'attempts');
  }

  counted(subject: Subject): Promise<Counted | undefined> {
    return this.reads.add(subject);
  }

  async count(subject: Subject): Promise<void> {
    await this.writes.add(subject);
  }

  /** As if there had been none. */
  async forget(subject: Subject): Promise<void> {
    await this.query('forget-attempts', 'delete from identity.attempts where subject = $1', [this.keyOf(subject)]);
  }

  /** Counts one by itself: of several at once, each learns how many there were with it. */
  async take({ limit, ...subject }: Subject): Promise<Counted> {
    const { rows } = await this.query<CountedRow>(
      'take-attempt',
      `${countAttempts} returning subject, attempts, last_at, expires_at`,
      valuesOf(limit, [this.keyOf({ limit, ...subject })], [1], this.clock.date()),
    );
    const [row] = rows;
    if (!row) throw new Error('what was counted is not there');
    return countedOf(row);
  }

  private async read(subjects: Subject[]): Promise<(Counted | undefined)[]> {
    const keys = subjects.map((subject) => this.keyOf(subject));
    const { rows } = await this.query<CountedRow>(
      'read-attempts',
      'select subject, attempts, last_at, expires_at from identity.attempts where subject = any($1::bytea[])',
      [keys],
    );
    const found = new Map(rows.map((row) => [row.subject.toString('hex'), row]));
    return keys.map((key) => {
      const row = found.get(key.toString('hex'));
      return row && countedOf(row);
    });
  }

  private async write(subjects: Subject[]): Promise<undefined[]> {
    const limits = new Set(subjects.map(({ limit }) => limit));
    for (const limit of limits)
      await this.writeOf(
        limit,
        subjects.filter((subject) => subject.limit === limit),
      );
    return subjects.map(() => undefined);
  }

  private async writeOf(limit: AttemptLimit, subjects: Subject[]): Promise<void> {
    const counts = new Map<string, number>();
    for (const subject of subjects) {
      const key = this.keyOf(subject).toString('hex');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const keys = [...counts.keys()].map((key) => Buffer.from(key, 'hex'));
    await this.query('count-attempts', countAttempts, valuesOf(limit, keys, [...counts.values()], this.clock.date()));
  }

  private async query<Row extends object>(name: string, text: string, values: unknown[]) {
    try {
      return await this.database.prepared<Row>('shared', { name, text, values });
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  private keyOf({ name, rowsMax }: Subject): Buffer {
    const digest = this.hash(name);
    if (rowsMax === undefined) return digest;
    const [kind] = name.split('/');
    return this.hash(`${kind} ${digest.readUInt32BE() % rowsMax}`);
  }

  private hash(text: string): Buffer {
    return createHmac('sha256', this.key).update(text).digest().subarray(0, 16);
  }
}

const valuesOf = (limit: AttemptLimit, keys: Buffer[], counts: number[], now: Date): unknown[] => [
  keys,
  counts,
  now,
  limit.attemptsMax,
  limit.windowSeconds,
  keptSeconds(limit),
  limit.doubling !== undefined,
];

/** In the order of their keys: two copies that count the same ones at once take turns, and do not wait for each other. */
const countAttempts = `
  insert into identity.attempts as a (subject, attempts, last_at, expires_at)
  select subject, n, $3::timestamptz,
    $3::timestamptz + make_interval(secs => $5::int + case when n >= $4::int then $6::int else 0 end)
  from unnest($1::bytea[], $2::int[]) as counted (subject, n) order by subject
  on conflict (subject) do update set
    attempts = least(excluded.attempts::bigint + case when a.expires_at > $3 then a.attempts else 0 end, 1000000000)::int,
    last_at = $3,
    expires_at = case
      when a.expires_at <= $3 then excluded.expires_at
      when not $7::boolean then a.expires_at
      when a.attempts + excluded.attempts >= $4 then $3 + make_interval(secs => $5 + $6)
      else excluded.expires_at end`;
