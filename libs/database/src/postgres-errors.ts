import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { SlipwayError, unavailable } from '#libs/errors';

interface PostgresError {
  code?: string;
  constraint?: string;
  message?: string;
}

/**
 * Class 08: connection; 57P: the server is stopping or starting; 53: out of resources; 25006: it takes no writes, so that
 * the primary is elsewhere by now, or none; and what sockets say.
 */
const away = /^(08|57P0|53|25006|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)/;
const awayMessage =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|timeout expired/i;

const driverError = (error: unknown): PostgresError =>
  ((error as { driverError?: PostgresError }).driverError ?? error) as PostgresError;

/**
 * The database is away for the moment; nothing is wrong with the request. TypeORM gives a broken connection back between
 * two statements, and tells the second one only that it has been given back.
 */
export function isAway(error: unknown): boolean {
  if (error instanceof QueryRunnerAlreadyReleasedError || error instanceof QueryRunnerProviderAlreadyReleasedError)
    return true;
  const { code, message } = driverError(error);
  return (code !== undefined && away.test(code)) || (message !== undefined && awayMessage.test(message));
}

/** Serialization failure or deadlock: the same transaction may succeed when run again. */
export const retryable = (error: unknown): boolean => ['40001', '40P01'].includes(driverError(error).code ?? '');

export const isUniqueViolation = (error: unknown, constraint?: string): boolean => {
  const { code, constraint: violated } = driverError(error);
  return code === '23505' && (constraint === undefined || violated === constraint);
};

/** Statement timeout (57014) and lock timeout (55P03) are ours: too busy, try again. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof SlipwayError) return error;
  return isAway(error) || ['57014', '55P03'].includes(driverError(error).code ?? '') ? unavailable(error) : error;
}
