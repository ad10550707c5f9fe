import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const registry = new Registry();
collectDefaultMetrics({ register: registry });

export const metrics = {
  httpRequests: new Counter({
    name: 'slipway_http_requests_total',
    help: 'HTTP requests answered',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  }),
  httpDuration: new Histogram({
    name: 'slipway_http_request_duration_seconds',
    help: 'Time to answer an HTTP request',
    labelNames: ['method', 'route'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  }),
  rpcDuration: new Histogram({
    name: 'slipway_rpc_duration_seconds',
    help: 'Time to handle an RPC, by method and by the code it ended with (`ok`, or an error code)',
    labelNames: ['method', 'code'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  }),
  eventsHandled: new Counter({
    name: 'slipway_events_handled_total',
    help: 'Events that a consumer was given, by what became of them',
    labelNames: ['consumer', 'outcome'],
    registers: [registry],
  }),
  stalled: new Gauge({
    name: 'slipway_stalled',
    help: '1 while something does not go on',
    labelNames: ['what'],
    registers: [registry],
  }),
  edgeEventsLost: new Counter({
    name: 'slipway_edge_events_lost_total',
    help: 'Events an edge could not keep until the broker had them',
    labelNames: ['type'],
    registers: [registry],
  }),
};

type Reading = { labels: Record<string, string>; value: number };

/** A gauge that is read when somebody looks; one that cannot be read just now shows nothing. */
export function gauge(
  name: string,
  help: string,
  labelNames: string[],
  read: () => Promise<Reading[]> | Reading[],
): void {
  // The last one counts: only in a spec does a process hold more than one service.
  registry.removeSingleMetric(name);
  new Gauge({
    name,
    help,
    labelNames,
    registers: [registry],
    async collect() {
      this.reset();
      const readings = await Promise.resolve()
        .then(read)
        .catch(() => []);
      for (const { labels, value } of readings) this.set(labels, value);
    },
  });
}

/** Prometheus text format. */
export const metricsText = async () => ({ contentType: registry.contentType, body: await registry.metrics() });
