import { BUNDLE_PATHS } from '@isonoise/bundle';
import type { Hono } from 'hono';
import type { Environment, Services } from '../environment.ts';
import { ServerError } from '../errors.ts';
import { compressedInMemory } from '../files/compressed-memory.ts';
import { fileAnswer } from '../files/file-answer.ts';
import { fileInside } from '../security/inside.ts';

/** A bundle may be exported again under the same name, so caches must revalidate its files. */
const REVALIDATE = 'no-cache';

/** Memory for compressed copies of the models' files. */
const MEMORY_BYTES = 64 << 20;

/** Adds `GET /models/<name>/<path>`: the files of the bundles, for runtimes in browsers. */
export function bundleFilesRoute(app: Hono<Environment>, { models }: Services): void {
  const compressed = compressedInMemory({ maxBytes: MEMORY_BYTES, maxFileBytes: MEMORY_BYTES / 2 });
  app.get('/models/:name/*', async (context) => {
    const folder = await models.folder(context.req.param('name'));
    // The part of the URL after /models/<name>/, still percent-encoded.
    const urlPath = context.req.path.split('/').slice(3).join('/');
    // Every bundle has this file, and a client that downloads a bundle checks that no file is missing.
    const file = await fileInside(folder, urlPath, BUNDLE_PATHS.gitattributes);
    const answer = file && (await fileAnswer(context.req.raw, file, { caching: REVALIDATE, compressed }));
    if (answer) return answer;
    throw new ServerError(
      'NOT_FOUND',
      `${context.req.path}: the bundle does not contain this file; expected a file that isonoise.json lists. Correct the path.`,
    );
  });
}
