import type { Hono } from 'hono';
import type { Environment, Services } from '../environment.ts';
import { ServerError } from '../errors.ts';
import { compressedInMemory } from '../files/compressed-memory.ts';
import { fileAnswer } from '../files/file-answer.ts';
import { fileInside } from '../security/inside.ts';

/** A bundle may be exported anew under the same name: kept, but asked about each time. */
const REVALIDATE = 'no-cache';

/** For the compressed copies of the models' files. */
const MEMORY_BYTES = 64 << 20;

/** `GET /models/<name>/<path>`: the files of the bundles, for runtimes in browsers. */
export function bundleFilesRoute(app: Hono<Environment>, { models }: Services): void {
  const compressed = compressedInMemory({ maxBytes: MEMORY_BYTES, maxFileBytes: MEMORY_BYTES / 2 });
  app.get('/models/:name/*', async (context) => {
    const folder = await models.folder(context.req.param('name'));
    // As it stands in the URL: after /models/<name>/.
    const urlPath = context.req.path.split('/').slice(3).join('/');
    const file = await fileInside(folder, urlPath);
    const answer = file && (await fileAnswer(context.req.raw, file, { caching: REVALIDATE, compressed }));
    if (answer) return answer;
    throw new ServerError('NOT_FOUND', `${context.req.path}: the bundle has no such file.`);
  });
}
