import type { LoggerService } from '@nestjs/common';
import { pino, stdSerializers, type Logger } from 'pino';

export type { Logger };

/** Where the process's log is injected. */
export const LOGGER = Symbol('Logger');

/**
 * JSON lines on standard output. Requests, replies and their bodies are never logged; the list below is the second
 * line of defence for what somebody hands over all the same.
 */
const redacted = ['password', 'secret', 'applicationSecret', 'accessToken', 'authorization', 'cookie', 'ust'].flatMap(
  (name) => [name, `*.${name}`, `*.*.${name}`],
);

/**
 * A database error's parameters and detail may hold what was being written; a message from deep inside may quote it.
 * Kept: what kind of fault it is, and where.
 */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { type, message, stack } = stdSerializers.err(error);
  const { code, constraint, table } = error as Error & { code?: string; constraint?: string; table?: string };
  return { type, message, stack, code, constraint, table };
}

export const createLogger = (app: string, level: string): Logger =>
  pino({
    base: { app, pid: process.pid },
    level,
    redact: { paths: redacted, censor: '[redacted]' },
    serializers: { err: serializeError },
    timestamp: pino.stdTimeFunctions.isoTime,
  });

/** Nest's own messages, in our format. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }

  error(message: unknown, stack?: string, context?: string): void {
    this.logger.error(
      { context, ...(message instanceof Error ? { err: message } : { stack }) },
      message instanceof Error ? message.message : String(message),
    );
  }

  debug(message: unknown, context?: string): void {
    this.logger.trace({ context }, String(message));
  }

  verbose(message: unknown, context?: string): void {
    this.logger.trace({ context }, String(message));
  }
}
