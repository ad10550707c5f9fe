import type { z } from 'zod';
import type { App, Service } from './apps';
import type { Permission, SecondFactorState } from './caller';
import type { Scope } from './environment';
import type { ErrorCode } from './error-catalogue';

/** A query or command that one service handles: request/reply over NATS. */
export interface RpcMethod<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> {
  service: Service;
  name: string;
  version: number;
  /** A query changes nothing. A command is an act, which leaves a row in its service's audit. */
  kind: 'query' | 'command';
  /** Why a command leaves none. */
  unrecorded?: string;
  /** The scopes it can be called in; each is a subject of its own, with its own permissions on the broker. */
  scopes: readonly Scope[];
  /** The apps that may call it. The broker's allow-lists are made from this. */
  calledBy: readonly App[];
  /** On whose behalf. Checked by the edge before it checks what was sent, and again by the service. */
  allow: Permission;
  /** What cannot be undone wants a sign-in a few minutes ago at most (docs/adr/0019). */
  recentSignIn?: boolean;
  /** Open to sessions that lack this of their second factor; every other call is closed to them. */
  openTo?: readonly Exclude<SecondFactorState, 'none'>[];
  /** What it may refuse with, beside what every route of its kind does. Routes show it; specs hold it to that. */
  errors?: readonly ErrorCode[];
  /**
   * What a caller does that waits in vain (docs/adr/0027); by default `freely` for a query, `withKey` for a command.
   * `freely`: whoever answers has changed nothing that is kept, so all copies are asked.
   * `withKey`: an act that is done once per Idempotency-Key, so that all copies are sent it again with the same.
   * `never`: neither holds, or the caller sees to it itself.
   */
  again: 'freely' | 'withKey' | 'never';
  /** When, where it is not the usual time. Milliseconds. */
  againAfterMs?: number;
  /** Hot methods travel many to a message (docs/adr/0007). */
  batched?: boolean;
  request: Request;
  reply: Reply;
}

/** As it is sent: what has a default may be left out. */
export type RequestInput<M extends RpcMethod> = z.input<M['request']>;
/** As it is handled. */
export type RequestOf<M extends RpcMethod> = z.output<M['request']>;
export type ReplyOf<M extends RpcMethod> = z.output<M['reply']>;

/** `rpc.sandbox.identity.create-key.v1` */
export const rpcSubject = (method: RpcMethod, scope: Scope): string =>
  `rpc.${scope}.${method.service}.${method.name}.v${method.version}`;

/** The same to all copies at once, for whoever has waited for one in vain (docs/adr/0027). */
export const rpcSubjectOfAll = (method: RpcMethod, scope: Scope): string => `${rpcSubject(method, scope)}.all`;

/** Below it lies all that reaches one app in one scope uncalled: replies. Only the app itself may listen there. */
export const replyPrefix = (caller: App, scope: Scope): string => `_INBOX_${caller}_${scope}`;

/** Where the replies of one service lie: the only part in which that service may speak. */
export const replyPrefixOf = (service: Service, caller: App, scope: Scope): string =>
  `${replyPrefix(caller, scope)}.${service}`;
