import type { ServerResponse } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Logger } from 'pino';
import type { Environment } from '../environment.ts';
import type { Metrics } from './metrics.ts';

/** nginx's status for a client that disconnected before its response was complete. */
const CLIENT_GONE = 499;

/** Route label of requests that are answered without routing. */
const MALFORMED = 'malformed';

export type PageLogLevel = 'info' | 'debug';

export interface RequestLogOptions {
  /** Whether a path pattern belongs to a route; others belong to middleware. */
  readonly isRoute: (pattern: string) => boolean;
  /**
   * Log level of requests for the page's files with a status below 400. All other requests are logged as
   * `info`.
   */
  readonly pageLogLevel: PageLogLevel;
}

/**
 * Creates the middleware that logs and counts each request after its response was sent or its client has disconnected.
 */
export function requestLog(
  log: Logger,
  metrics: Metrics,
  { isRoute, pageLogLevel }: RequestLogOptions,
): MiddlewareHandler<Environment> {
  return async (context, next) => {
    const began = performance.now();
    const requestLogger = log.child({ requestId: context.get('requestId') });
    context.set('log', requestLogger);
    const outgoing = context.env?.outgoing;
    // Listen before the handler runs: the client may disconnect meanwhile.
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
      const target = malformed ? {} : { method, path };
      const level = route === PAGE && status < 400 ? pageLogLevel : 'info';
      requestLogger[level]({ ...target, route, status, ms: Math.round(milliseconds) }, 'answered');
    };
    if (closed === undefined) writeEntry();
    else void closed.then(writeEntry);
  };
}

/** @returns the pattern instead of the path, so that the number of labels is bounded */
function routeOf(context: Context<Environment>, isRoute: (pattern: string) => boolean): string {
  return matchedRoutes(context).find((route) => isRoute(route.path))?.path ?? PAGE;
}

/** Route label of the page's files and of all other paths. */
const PAGE = '/*';

function untilClosed(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (outgoing.closed) resolve();
    else outgoing.once('close', () => resolve());
  });
}
