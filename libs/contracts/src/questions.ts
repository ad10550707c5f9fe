import * as identity from './identity';
import * as notifications from './notifications';
import { platformQuestions } from './platform';
import type { Question } from './question';
import { services, type Service } from './service';
import * as subscriptions from './subscriptions';
import * as tokens from './tokens';

const isQuestion = (value: unknown): value is Question =>
  typeof value === 'object' && value !== null && 'askedBy' in value && 'reply' in value;

const modules: Record<Service, object> = { identity, tokens, subscriptions, notifications };

/** Everything one service answers, what all services answer alike included. */
export const questionsOf = (service: Service): Question[] => [
  ...(Object.values(modules[service]) as unknown[]).filter(isQuestion),
  ...Object.values(platformQuestions(service)),
];

export const allQuestions: Question[] = services.flatMap(questionsOf);
