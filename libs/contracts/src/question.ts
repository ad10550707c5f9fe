import type { z } from 'zod';
import type { Permission } from './caller';
import type { Scope } from './environment';
import type { App, Service } from './service';

/**
 * A question or command that one service answers: request/reply over NATS. The version is part of the name: a
 * breaking change is a new version beside the old one.
 */
export interface Question<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> {
  service: Service;
  name: string;
  version: number;
  /** The scopes it can be asked in; each is a subject of its own, with its own permissions on the broker. */
  scopes: readonly Scope[];
  /** The apps that may ask. The broker's allow-lists are made from this. */
  askedBy: readonly App[];
  /** On whose behalf. Checked by the edge before it reads the body, and again by the service. */
  allow: Permission;
  /** Hot questions travel many to a message (docs/adr/0007). */
  batched?: boolean;
  request: Request;
  reply: Reply;
}

type Definition<Request extends z.ZodType, Reply extends z.ZodType> = Omit<
  Question<Request, Reply>,
  'version' | 'service'
> & {
  version?: number;
};

export const questionsFor =
  (service: Service) =>
  <Request extends z.ZodType, Reply extends z.ZodType>(
    definition: Definition<Request, Reply>,
  ): Question<Request, Reply> => ({
    version: 1,
    ...definition,
    service,
  });

export type RequestOf<Q extends Question> = z.output<Q['request']>;
export type ReplyOf<Q extends Question> = z.output<Q['reply']>;

/** `rpc.sandbox.identity.create-key.v1` */
export const subjectOf = (question: Question, scope: Scope): string =>
  `rpc.${scope}.${question.service}.${question.name}.v${question.version}`;
