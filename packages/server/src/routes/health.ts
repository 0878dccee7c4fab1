import type { Hono } from 'hono';
import type { Environment, Services } from '../environment.ts';

/**
 * Adds `GET /healthz` (the process answers) and `GET /readyz` (whether a model can be served, or why not).
 * Both accept any `Host` and require no key, so they disclose no names or paths.
 */
export function healthRoutes(app: Hono<Environment>, { notReady }: Services): void {
  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.get('/readyz', async (context) => {
    const reason = await notReady();
    return reason === undefined
      ? context.json({ status: 'ready' })
      : context.json({ status: 'not ready', reason }, 503);
  });
}
