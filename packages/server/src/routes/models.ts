import type { ModelList } from '@isonoise/api';
import type { Hono } from 'hono';
import type { Environment, Services } from '../environment.ts';

/** Adds `GET /v1/models`: the list of models. */
export function modelsRoute(app: Hono<Environment>, { models }: Services): void {
  app.get('/v1/models', async (context) => {
    const list: ModelList = { models: await models.list() };
    return context.json(list);
  });
}
