import { dateTime } from './formats';

/** A point in time, for people and for programs. */
export function Moment({ at, zone }: { at: string; zone?: 'with zone' }) {
  return <time dateTime={at}>{dateTime(at, zone)}</time>;
}
