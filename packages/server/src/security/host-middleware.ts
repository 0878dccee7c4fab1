import type { MiddlewareHandler } from 'hono';
import type { Environment } from '../environment.ts';
import { type HostCheck, hasHostOf } from './host.ts';

/** Paths of the files that workers download. */
const FOR_WORKERS = /^\/models\//;

/**
 * Creates the middleware that checks the host of each request.
 *
 * @param forWorkers returns the origins at which workers download bundles from this server
 */
export function requireHost(
  check: HostCheck,
  forWorkers: () => readonly string[],
): MiddlewareHandler<Environment> {
  return async (context, next) => {
    const { url, path } = context.req;
    // Sites cannot use these hosts for DNS rebinding, because they are addresses or names of the operator.
    const isForWorkers = FOR_WORKERS.test(path) && forWorkers().some((origin) => hasHostOf(url, origin));
    // Without bindings, the request did not come from a socket but from `app.fetch` in this process.
    if (!isForWorkers) check(url, context.env?.onLoopback ?? false);
    await next();
  };
}
