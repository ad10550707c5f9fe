import type { z } from 'zod';
import type { App } from './apps';
import type { Scope } from './environment';

/**
 * A hint that reaches every copy of its receivers at once, over core NATS: quick, kept by nobody, lost where somebody
 * is away. What must not be lost stands behind it as an RPC method that lists the same, or as an event.
 */
export interface Broadcast<Data extends z.ZodType = z.ZodType> {
  /** Who sends it. */
  app: App;
  name: string;
  version: number;
  scopes: readonly Scope[];
  /** The apps all of whose copies receive it. The broker's allow-lists are made from this. */
  receivedBy: readonly App[];
  /** What stands behind it when it gets lost. */
  guarantee: string;
  data: Data;
}

export type BroadcastData<B extends Broadcast> = z.output<B['data']>;

/** `broadcast.sandbox.tokens.revocation.v1` */
export const broadcastSubject = (broadcast: Broadcast, scope: Scope): string =>
  `broadcast.${scope}.${broadcast.app}.${broadcast.name}.v${broadcast.version}`;
