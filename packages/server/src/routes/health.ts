import type { Hono } from 'hono';
import type { Environment, Services } from '../environment.ts';

/**
 * `GET /healthz`: the process answers. `GET /readyz`: it is ready to draw, or says why not. Both answer to any `Host` and
 * without a key, so they tell no names and no paths.
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
