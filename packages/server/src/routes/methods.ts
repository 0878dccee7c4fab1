import type { Hono } from 'hono';
import type { Environment } from '../environment.ts';
import { ServerError } from '../errors.ts';

/** Lists the methods of each path pattern that has a route, as in `Allow`. */
export function methodsByPattern(app: Hono<Environment>): ReadonlyMap<string, readonly string[]> {
  const methods = new Map<string, string[]>();
  for (const { method, path } of app.routes) {
    if (method === 'ALL') continue;
    // Hono answers HEAD with the handler of GET.
    const names = method === 'GET' ? ['GET', 'HEAD'] : [method];
    methods.set(path, [...(methods.get(path) ?? []), ...names]);
  }
  return methods;
}

/** Rejects unsupported methods on each path that has a route. Must be called after all routes are registered. */
export function otherMethods(app: Hono<Environment>): void {
  for (const [pattern, methods] of methodsByPattern(app)) {
    const allow = [...methods, 'OPTIONS'].join(', ');
    app.options(pattern, (context) => context.body(null, 204, { Allow: allow }));
    app.all(pattern, ({ req: { method, path } }) => {
      throw new ServerError('METHOD_NOT_ALLOWED', `${path} does not support ${method}; expected ${allow}.`, {
        headers: { Allow: allow },
      });
    });
  }
}
