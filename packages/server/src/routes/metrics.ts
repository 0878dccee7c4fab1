import type { Hono } from 'hono';
import type { Environment, Services } from '../environment.ts';

/** Adds `GET /metrics` in Prometheus' text format. */
export function metricsRoute(app: Hono<Environment>, { metrics: { registry } }: Services): void {
  app.get('/metrics', async (context) =>
    context.body(await registry.metrics(), 200, { 'Content-Type': registry.contentType }),
  );
}
