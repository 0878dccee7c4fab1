import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Hono } from 'hono';
import type { Environment } from '../environment.ts';
import { ServerError } from '../errors.ts';
import { findPrecompressed } from '../files/compressed-files.ts';
import { fileAnswer } from '../files/file-answer.ts';
import { fileInside } from '../security/inside.ts';

/** What the bundler names by its content: `assets/index-BfT3x_9a.js`. Such a name never means other bytes. */
const HASHED = /^assets\/.+-[\w-]{8,}\.\w+$/;

const FOREVER = 'public, max-age=31536000, immutable';
const REVALIDATE = 'no-cache';

/** Methods of a file of the page. */
const ALLOW = 'GET, HEAD, OPTIONS';

/** @returns whether there is a built page in the folder */
export async function isPageBuilt(folder: string): Promise<boolean> {
  return (await stat(path.join(folder, 'index.html')).catch(() => undefined))?.isFile() === true;
}

/** Everything else that is asked for by GET: the page. */
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
        'the page is not built; run: pnpm --filter @isonoise/web build. The API is at /v1/openapi.json.',
      );
    }
    throw nothingAt(context.req.path);
  });
  app.all('*', async (context) => {
    const { method, path: pathname } = context.req;
    const file = await fileInside(folder, pathname.slice(1) || 'index.html');
    if (file === undefined) throw nothingAt(pathname);
    if (method === 'OPTIONS') return context.body(null, 204, { Allow: ALLOW });
    throw new ServerError('METHOD_NOT_ALLOWED', `${pathname} does not have ${method}; expected ${ALLOW}.`, {
      headers: { Allow: ALLOW },
    });
  });
}

function nothingAt(pathname: string): ServerError {
  return new ServerError('NOT_FOUND', `there is nothing at ${pathname}.`);
}
