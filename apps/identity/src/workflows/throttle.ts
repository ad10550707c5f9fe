import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/clock';
import { secondsToWait } from '../domain/attempts';
import { Attempts, type Subject } from '../storage/attempts.repository';

/** Whether something may be tried once more. All copies of the service count together. */
@Injectable()
export class Throttle {
  constructor(
    private readonly attempts: Attempts,
    private readonly clock: Clock,
  ) {}

  /** Of several, the longest wait; 0: it may be tried now. */
  async secondsToWait(...subjects: Subject[]): Promise<number> {
    const counted = await Promise.all(subjects.map((subject) => this.attempts.counted(subject)));
    const now = this.clock.date();
    return Math.max(0, ...subjects.map(({ limit }, index) => secondsToWait(limit, counted[index], now)));
  }

  /** Counts one, and says how long it has to wait for being one too many; 0: it is not. Exact, however many come at once. */
  async take(subject: Subject): Promise<number> {
    const counted = await this.attempts.take(subject);
    const oneTooMany = { ...subject.limit, attemptsMax: subject.limit.attemptsMax + 1 };
    return secondsToWait(oneTooMany, counted, this.clock.date());
  }

  async count(...subjects: Subject[]): Promise<void> {
    await Promise.all(subjects.map((subject) => this.attempts.count(subject)));
  }
}
