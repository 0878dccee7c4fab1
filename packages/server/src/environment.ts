import type { HttpBindings } from '@hono/node-server';
import type { Logger } from 'pino';
import type { ServerError } from './errors.ts';
import type { ServerLimits } from './limits.ts';
import type { Models } from './models/models.ts';
import type { Metrics } from './observability/metrics.ts';
import type { Jobs } from './sampling/jobs.ts';

/** What hono's handlers find in their context. */
export interface Environment {
  readonly Bindings: HttpBindings & {
    /** Whether the server listens on an address of loopback. */
    readonly onLoopback: boolean;
    /** Why this is not a request that a route can answer; it is answered with this error. */
    readonly refusal?: ServerError;
  };
  readonly Variables: {
    readonly requestId: string;
    /** Has the request's id in each line. */
    readonly log: Logger;
    /** The server itself closed the connection before the answer was complete. */
    readonly cutOff?: boolean;
  };
}

/** What the routes are made of. */
export interface Services {
  readonly models: Models;
  readonly jobs: Jobs;
  readonly limits: ServerLimits;
  readonly metrics: Metrics;
  /** Why the server is not ready, in words that anyone may read; undefined where it is. */
  readonly notReady: () => Promise<string | undefined>;
}
