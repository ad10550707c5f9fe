import { environments, type Environment } from './environment';

/**
 * The stream by which the provider's own systems follow what partners are told (B52, docs/adr/0038): public CloudEvents
 * alone, and the sequence of each is its cursor in the feed of the environment.
 */
export const outcomeStreamName = (environment: Environment): string => `OUTCOMES_${environment.toUpperCase()}`;

/** `outcomes.production.subscriptions.submission-approved.v1` */
export const outcomeSubject = (type: string, environment: Environment): string => `outcomes.${environment}.${type}`;

/** As long as feeds are kept. */
export const outcomeDays = 30;

/** A system of the provider's that follows: its login, and its durable of the same name. */
export interface OutcomeConsumer {
  name: string;
  environment: Environment;
}

const form = /^([a-z][a-z0-9-]{1,40})@(\w+)$/;

/** Of `crm@production,warehouse@sandbox`. @throws Error for what is not of this form */
export function outcomeConsumersOf(list: string): OutcomeConsumer[] {
  const words = list.split(',').filter((word) => word.trim() !== '');
  return words.map((word) => {
    const [, name, named] = form.exec(word.trim()) ?? [];
    const environment = environments.find((one) => one === named);
    if (!name || !environment) throw new Error(`${word.trim()} does not name a consumer, such as crm@production`);
    return { name, environment };
  });
}

/** Its user in the broker. */
export const outcomeUser = ({ name, environment }: OutcomeConsumer): string => `outcomes_${environment}_${name}`;
