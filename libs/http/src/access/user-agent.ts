import type { FastifyRequest } from 'fastify';

const charactersMax = 300;

/** What a client says of itself, as a line of text that can be shown. */
export const userAgentOf = ({ headers }: FastifyRequest): string | undefined =>
  headers['user-agent']?.replaceAll(/[^\x20-\x7e]/g, '').slice(0, charactersMax) || undefined;
