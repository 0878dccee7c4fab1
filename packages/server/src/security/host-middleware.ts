import type { MiddlewareHandler } from 'hono';
import type { Environment } from '../environment.ts';
import { type HostCheck, isAddress } from './host.ts';

/** Paths of the files that workers download. */
const FOR_WORKERS = /^\/models\//;

/**
 * Creates the middleware that checks the host of each request.
 *
 * @param localAddress returns the address at which workers download bundles from this machine; undefined for none
 */
export function requireHost(
  check: HostCheck,
  localAddress: () => string | undefined,
): MiddlewareHandler<Environment> {
  return async (context, next) => {
    const { url, path } = context.req;
    // Sites cannot use this address for DNS rebinding, because it is not a name.
    const isForWorkers = FOR_WORKERS.test(path) && isAddress(url, localAddress());
    // Without bindings, the request did not come from a socket but from `app.fetch` in this process.
    if (!isForWorkers) check(url, context.env?.onLoopback ?? false);
    await next();
  };
}
