import type { Hono } from 'hono';
import type { Environment, Services } from '../environment.ts';

/** Adds `GET /metrics` in Prometheus' text format. */
export function metricsRoute(
  app: Hono<Environment>,
  { metrics: { registry }, readJobMetrics }: Services,
): void {
  app.get('/metrics', async (context) => {
    await readJobMetrics?.();
    return context.body(await registry.metrics(), 200, { 'Content-Type': registry.contentType });
  });
}
