import { z } from 'zod';

/** One server that may be the primary. */
export interface PostgresHost {
  host: string;
  port: number;
}

/** What a `DATABASE_URL` says. */
export interface PostgresUrl {
  /** In the order in which they are preferred. */
  hosts: [PostgresHost, ...PostgresHost[]];
  database: string;
  username: string | undefined;
  password: string | undefined;
  searchParams: URLSearchParams;
}

const shape = /^postgres(?:ql)?:\/\/(?:([^@/?#]*)@)?([^/?#]*)\/?([^?#]*)(\?[^#]*)?$/;
const usualPort = 5432;

/**
 * As libpq has it: `postgres://user:password@first:5432,second:5433/database`. A URL of the web has one host alone, so
 * that `new URL` refuses it. Nothing of the value is repeated in an error: it may hold a password.
 *
 * @throws what it must be instead
 */
export function parsePostgresUrl(text: string): PostgresUrl {
  const [, credentials = '', servers = '', database = '', search = ''] = shape.exec(text) ?? refuse(wanted);
  const [first, ...others] = servers.split(',').map(hostOf);
  const [username = '', ...password] = credentials.split(':');
  return {
    hosts: [first ?? refuse(wanted), ...others],
    database: decoded(database),
    username: decoded(username) || undefined,
    password: decoded(password.join(':')) || undefined,
    searchParams: new URLSearchParams(search),
  };
}

const wanted = 'must be a URL such as postgres://host:5432/database, or with several hosts between commas';

const refuse = (words: string): never => {
  throw new Error(words);
};

function hostOf(text: string): PostgresHost {
  const [, host = '', port] = /^(\[[0-9A-Fa-f:.]+\]|[\w.%-]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (!host) return refuse(`${wanted}: each is a name or an address, with a port from 1 to 65535 or without`);
  const number = port === undefined ? usualPort : Number(port);
  if (number < 1 || number > 65_535) return refuse('must name ports from 1 to 65535');
  return { host: decoded(host.replace(/^\[|\]$/g, '')), port: number };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse('must have a percent sign written as %25');
  }
}

/** Without credentials, and of the parameters those that are named. */
export function barePostgresUrl(text: string, parameters: readonly string[]): string {
  const { hosts, database, searchParams } = parsePostgresUrl(text);
  const kept = parameters.flatMap((name) => searchParams.getAll(name).map((value): [string, string] => [name, value]));
  const search = kept.length > 0 ? `?${new URLSearchParams(kept).toString()}` : '';
  return `postgres://${hosts.map(written).join(',')}/${encodeURIComponent(database)}${search}`;
}

const written = ({ host, port }: PostgresHost): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

const faultIn = (text: string): string | undefined => {
  try {
    parsePostgresUrl(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
};

/** The address of one Postgres, or of several of which one is the primary. */
export const postgresUrl = () =>
  z.string().superRefine((text, context) => {
    const message = faultIn(text);
    if (message) context.addIssue({ code: 'custom', message });
  });
