import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { Logger } from 'pino';
import type { Environment } from '../environment.ts';
import type { Metrics } from './metrics.ts';

/** A line and a count for each request, once its answer has left or was given up. */
export function requestLog(log: Logger, metrics: Metrics): MiddlewareHandler<Environment> {
  return async (context, next) => {
    const began = performance.now();
    const requestLogger = log.child({ requestId: context.get('requestId') });
    context.set('log', requestLogger);
    await next();
    const { method, path } = context.req;
    // The pattern, not the path: as many labels as there are routes.
    const route = routePath(context, -1);
    const { status } = context.res;
    const tell = (): void => {
      const milliseconds = performance.now() - began;
      metrics.requests.inc({ method, route, status });
      metrics.requestSeconds.observe({ route }, milliseconds / 1000);
      requestLogger.info({ method, path, status, ms: Math.round(milliseconds) }, 'answered');
    };
    const outgoing = context.env?.outgoing;
    if (outgoing === undefined) tell();
    else outgoing.once('close', tell);
  };
}
