import type { ServerResponse } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Logger } from 'pino';
import type { Environment } from '../environment.ts';
import type { Metrics } from './metrics.ts';

/** nginx's number for a client that left before its answer was complete. */
const CLIENT_GONE = 499;

/** The label of what a server answers without looking at its path. */
const MALFORMED = 'malformed';

/**
 * A line and a count for each request, once its answer is sent or its client has left, whichever the handler learns of.
 *
 * @param isRoute whether a path pattern is that of a route; others belong to middleware
 */
export function requestLog(
  log: Logger,
  metrics: Metrics,
  isRoute: (pattern: string) => boolean,
): MiddlewareHandler<Environment> {
  return async (context, next) => {
    const began = performance.now();
    const requestLogger = log.child({ requestId: context.get('requestId') });
    context.set('log', requestLogger);
    const outgoing = context.env?.outgoing;
    // Before the handler: a client may leave while it works.
    const closed = outgoing && untilClosed(outgoing);
    await next();
    const { method, path } = context.req;
    const malformed = context.env?.refusal !== undefined;
    const route = malformed ? MALFORMED : routeOf(context, isRoute);
    const sent = context.res.status;
    const writeEntry = (): void => {
      const milliseconds = performance.now() - began;
      const complete = outgoing === undefined || outgoing.writableFinished || context.get('cutOff') === true;
      const status = complete ? sent : CLIENT_GONE;
      metrics.requests.inc({ method, route, status });
      metrics.requestSeconds.observe({ route }, milliseconds / 1000);
      const asked = malformed ? {} : { method, path };
      requestLogger.info({ ...asked, route, status, ms: Math.round(milliseconds) }, 'answered');
    };
    if (closed === undefined) writeEntry();
    else void closed.then(writeEntry);
  };
}

/** The pattern, not the path: as many labels as there are routes. */
function routeOf(context: Context<Environment>, isRoute: (pattern: string) => boolean): string {
  return matchedRoutes(context).find((route) => isRoute(route.path))?.path ?? PAGE;
}

/** Files of the page, and whatever else is asked for. */
const PAGE = '/*';

function untilClosed(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (outgoing.closed) resolve();
    else outgoing.once('close', () => resolve());
  });
}
