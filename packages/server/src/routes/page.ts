import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Hono } from 'hono';
import type { Environment } from '../environment.ts';
import { ServerError } from '../errors.ts';
import { findPrecompressed } from '../files/compressed-files.ts';
import { fileAnswer } from '../files/file-answer.ts';
import { fileInside } from '../security/inside.ts';

/** Names that contain a hash of the content, such as `assets/index-BfT3x_9a.js`. Their content never changes. */
const HASHED = /^assets\/.+-[\w-]{8,}\.\w+$/;

const FOREVER = 'public, max-age=31536000, immutable';
const REVALIDATE = 'no-cache';

/** Methods of the page's files. */
const ALLOW = 'GET, HEAD, OPTIONS';

/** @returns whether the folder contains a built page */
export async function isPageBuilt(folder: string): Promise<boolean> {
  return (await stat(path.join(folder, 'index.html')).catch(() => undefined))?.isFile() === true;
}

/** Adds the page, which answers all paths that have no other route. */
export function pageRoute(app: Hono<Environment>, folder: string): void {
  app.get('*', async (context) => {
    const urlPath = context.req.path.slice(1) || 'index.html';
    const file = await fileInside(folder, urlPath);
    const caching = HASHED.test(urlPath) ? FOREVER : REVALIDATE;
    const answer =
      file && (await fileAnswer(context.req.raw, file, { caching, compressed: findPrecompressed }));
    if (answer) return answer;
    if (urlPath === 'index.html') {
      throw new ServerError(
        'PAGE_NOT_BUILT',
        'the page is not built. Run: pnpm --filter @isonoise/web build. The API is described at /v1/openapi.json.',
      );
    }
    throw nothingAt(context.req.path);
  });
  app.all('*', async (context) => {
    const { method, path: pathname } = context.req;
    const file = await fileInside(folder, pathname.slice(1) || 'index.html');
    if (file === undefined) throw nothingAt(pathname);
    if (method === 'OPTIONS') return context.body(null, 204, { Allow: ALLOW });
    throw new ServerError(
      'METHOD_NOT_ALLOWED',
      `${pathname} does not support ${method}; expected ${ALLOW}.`,
      {
        headers: { Allow: ALLOW },
      },
    );
  });
}

function nothingAt(pathname: string): ServerError {
  return new ServerError('NOT_FOUND', `there is nothing at ${pathname}.`);
}
