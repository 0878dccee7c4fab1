import type { Hono } from 'hono';
import type { Environment } from '../environment.ts';
import { type DocumentOptions, openApiDocument } from '../openapi/document.ts';

/** Adds `GET /v1/openapi.json`: the description of the API. */
export function openApiRoute(app: Hono<Environment>, options: DocumentOptions): void {
  const document = openApiDocument(options);
  app.get('/v1/openapi.json', (context) => context.json(document));
}
