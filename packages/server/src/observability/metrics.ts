import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { VERSION } from './version.ts';

/** Metrics of a server, named by the conventions of Prometheus. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: Counter<'method' | 'route' | 'status'>;
  readonly requestSeconds: Histogram<'route'>;
  readonly images: Counter<'model'>;
  readonly imageSteps: Counter<'model'>;
  readonly passImages: Histogram<'model'>;
  readonly passSeconds: Histogram<'model'>;
  readonly restarts: Counter<'model'>;
  readonly refused: Counter<'code'>;
}

/** Values that are computed when the metrics are read. */
export interface MetricSources {
  readonly imagesInFlight: () => number;
  readonly requestsInFlight: () => number;
  readonly workSeconds: () => number;
  readonly modelsOpen: () => number;
}

/** Creates the metrics in a separate registry, so that two servers in one process do not mix. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  new Gauge({
    name: 'isonoise_build_info',
    help: 'Versions of server and Node; always 1.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version: VERSION, node: process.version }, 1);
  gauge('isonoise_images_in_flight', 'Images being drawn; guided ones count twice.', sources.imagesInFlight);
  gauge('isonoise_samples_in_flight', 'Requests being drawn.', sources.requestsInFlight);
  gauge('isonoise_work_seconds', 'Estimated remaining time of all requests in flight.', sources.workSeconds);
  gauge('isonoise_models_open', 'Models that are loaded.', sources.modelsOpen);
  return {
    registry,
    requests: new Counter({
      name: 'isonoise_http_requests_total',
      help: 'Responses by method, route and status.',
      labelNames: ['method', 'route', 'status'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'isonoise_http_request_seconds',
      help: 'Time from the request to the end of its response.',
      labelNames: ['route'],
      buckets: [0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300],
      registers,
    }),
    images: new Counter({
      name: 'isonoise_images_total',
      help: 'Finished images.',
      labelNames: ['model'],
      registers,
    }),
    imageSteps: new Counter({
      name: 'isonoise_image_steps_total',
      help: 'Images processed by the network, once per step.',
      labelNames: ['model'],
      registers,
    }),
    passImages: new Histogram({
      name: 'isonoise_pass_images',
      help: 'Images per pass of the network.',
      labelNames: ['model'],
      buckets: [1, 2, 4, 8, 16, 32, 64, 128],
      registers,
    }),
    passSeconds: new Histogram({
      name: 'isonoise_pass_seconds',
      help: 'Duration of a pass of the network.',
      labelNames: ['model'],
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
      registers,
    }),
    restarts: new Counter({
      name: 'isonoise_model_restarts_total',
      help: 'Threads of models that ended unexpectedly and were replaced.',
      labelNames: ['model'],
      registers,
    }),
    refused: new Counter({
      name: 'isonoise_refused_total',
      help: 'Error responses by code.',
      labelNames: ['code'],
      registers,
    }),
  };
}
