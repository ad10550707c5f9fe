import {
  environments,
  eventType,
  notifications,
  subscriptions,
  type Caller,
  type CloudEvent,
  type Environment,
  type PartnerId,
  type PersonCaller,
  type StaffCaller,
} from '#libs/contracts';
import { anId, openService, until, type OpenedService } from '#libs/testing';
import { notificationsService } from '../notifications.module';
import { OnOutcome } from '../event-handlers/on-outcome/on-outcome.event-handler';
import { Receiver } from './receiver';

type By = PersonCaller | StaffCaller;
type Environments = { environment?: Environment };
type DeliveryRow = { id: string; state: string; attempts: number; seconds: number | null; last_status: number | null };

/** The service, a receiver, and what both are told in specs of webhooks. */
export class WebhookSpec {
  private paths = 0;
  private readonly taken = new Set<string>();

  private constructor(
    readonly service: OpenedService,
    readonly receiver: Receiver,
  ) {}

  static async open(environment: Record<string, string> = {}): Promise<WebhookSpec> {
    return new WebhookSpec(await openService(notificationsService, environment), await Receiver.open());
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.receiver.close();
  }

  newPath = (): string => `/hook-${(this.paths += 1)}`;

  /** At a path of its own, in the caller's environment; of staff: in the sandbox. */
  async webhook(by: By, more: object = {}, { environment = scopeOf(by) }: Environments = {}) {
    const path = this.newPath();
    const body = { url: this.receiver.url(path), ...more };
    const created = await this.service.call(notifications.createWebhook, environment, body, by);
    return { ...created, path };
  }

  anApproval(partnerId: PartnerId): CloudEvent {
    const definition = subscriptions.submissionApproved;
    return {
      ...{ specversion: '1.0', id: anId(), type: eventType(definition), source: 'slipway/subscriptions' },
      ...{ subject: anId(), time: '2026-01-02T03:04:05.678Z', datacontenttype: 'application/json' },
      ...{ scope: 'shared', aggregateid: anId(), aggregateversion: 4, traceid: '0'.repeat(32) },
      data: definition.data.parse({
        ...{ partnerId, subscriptionId: anId(), subscriptionName: 'Integration', productName: 'Orders API' },
        ...{ by: { kind: 'staff', id: anId(), displayName: 'Rosa Reviewer' }, submissionId: anId(), number: 1 },
        notes: 'Well done.',
      }),
    };
  }

  /** As the consumer does. */
  happen(events: CloudEvent[], environment: Environment = 'sandbox'): Promise<CloudEvent[]> {
    return this.service.database.transaction(environment, '0'.repeat(32), (tx) =>
      this.service.get(OnOutcome).notify(events, tx),
    );
  }

  /** As relay and consumer do: what the service has published itself, since it was called last. @returns it */
  async takeOwn(): Promise<CloudEvent[]> {
    const events = (await this.service.published()).filter(({ id }) => !this.taken.has(id));
    for (const { id } of events) this.taken.add(id);
    for (const environment of environments)
      await this.happen(
        events.filter(({ scope, type }) => scope === environment && type !== eventType(notifications.webhookVerified)),
        environment,
      );
    return events;
  }

  async approve(partnerId: PartnerId, environment: Environment = 'sandbox'): Promise<CloudEvent> {
    const event = this.anApproval(partnerId);
    await this.happen([event], environment);
    return event;
  }

  /** @returns all that came there */
  arrived(path: string, count = 1) {
    return until(`${count} at ${path}`, () => {
      const found = this.receiver.at(path);
      return Promise.resolve(found.length >= count && found);
    });
  }

  /** Of a webhook, oldest first; `seconds`: until the next attempt. */
  async deliveries(webhookId: string): Promise<DeliveryRow[]> {
    const { rows } = await this.service.admin.query<DeliveryRow>(
      `select id, state, attempts, last_status, extract(epoch from next_attempt_at - now())::float8 as seconds
       from notifications.deliveries where webhook_id = $1 order by id`,
      [webhookId],
    );
    return rows;
  }

  delivered(webhookId: string, condition: (row: DeliveryRow) => boolean = ({ state }) => state === 'delivered') {
    return until('the delivery', async () => {
      const [row] = await this.deliveries(webhookId);
      return row && condition(row) && row;
    });
  }

  /** As if all that waits for a webhook were due. */
  async due(webhookId: string): Promise<void> {
    await this.service.admin.query(
      'update notifications.deliveries set next_attempt_at = now() where webhook_id = $1 and next_attempt_at is not null',
      [webhookId],
    );
  }

  call = <Method extends Parameters<OpenedService['call']>[0]>(method: Method, request: unknown, by: Caller) =>
    this.service.call(method, scopeOf(by), request, by);
}

const scopeOf = (by: Caller): Environment => (by.kind === 'person' ? by.environment : 'sandbox');
