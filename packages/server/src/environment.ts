import type { HttpBindings } from '@hono/node-server';
import type { Logger } from 'pino';
import type { ServerError } from './errors.ts';
import type { BodyMemory } from './http/body-memory.ts';
import type { ServerLimits } from './limits.ts';
import type { Models } from './models/models.ts';
import type { Metrics } from './observability/metrics.ts';
import type { RemoteJobs } from './remote/remote-jobs.ts';
import type { Jobs } from './sampling/jobs.ts';

/** Context of hono's handlers. */
export interface Environment {
  readonly Bindings: HttpBindings & {
    /** Whether the server listens on a loopback address. */
    readonly onLoopback: boolean;
    /** Where the server listens. */
    readonly listensAt?: { readonly address: string; readonly port: number };
    /** Error for the response, if the request cannot be routed. */
    readonly refusal?: ServerError;
  };
  readonly Variables: {
    readonly requestId: string;
    /** Logger that adds the request id to each line. */
    readonly log: Logger;
    /** Set if the server closed the connection before the response was complete. */
    readonly cutOff?: boolean;
  };
}

/** Dependencies of the routes. */
export interface Services {
  readonly models: Models;
  readonly jobs: Jobs;
  /** Jobs that workers draw; undefined if the server has no store of jobs. */
  readonly remote: RemoteJobs | undefined;
  readonly limits: ServerLimits;
  /** Memory for the bodies of all requests that are being read. */
  readonly bodyMemory: BodyMemory;
  readonly metrics: Metrics;
  /** Reads the metrics of jobs; undefined if the server has no store of jobs. */
  readonly readJobMetrics: (() => Promise<void>) | undefined;
  /** Returns why the server is not ready, without confidential details; undefined if it is ready. */
  readonly notReady: () => Promise<string | undefined>;
}
