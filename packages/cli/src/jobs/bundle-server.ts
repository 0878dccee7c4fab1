import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { BUNDLE_PATHS, parseManifest } from '@isonoise/bundle';
import { bundleFiles } from '@isonoise/runtime-node';

/** A server from which workers download bundles while a job runs. */
export interface BundleServer {
  /** Addresses of the bundles' folders, each with a slash at its end, in the order of the bundles. */
  readonly urls: readonly string[];
  close(): void;
}

/**
 * Serves the files of bundles on a free port. The addresses contain a random word, so that only readers of the job can
 * fetch them.
 *
 * @param sources paths of bundles
 * @param host address to listen on, which must be reachable from the network of the Redis server
 */
export async function serveBundles(sources: readonly string[], host: string): Promise<BundleServer> {
  const word = randomBytes(16).toString('hex');
  const served = new Map<string, () => Promise<Uint8Array>>();
  for (const [i, source] of sources.entries()) {
    const files = await bundleFiles(source);
    const manifest = parseManifest(await files.read(BUNDLE_PATHS.manifest));
    for (const path of [BUNDLE_PATHS.manifest, ...Object.keys(manifest.files)])
      served.set(`/${word}/${i}/${path.split('/').map(encodeURIComponent).join('/')}`, () =>
        files.read(path),
      );
  }
  const server = createServer((request, response) => {
    const read = request.method === 'GET' ? served.get(request.url ?? '') : undefined;
    if (read === undefined) {
      response.writeHead(404).end();
      return;
    }
    read().then(
      (bytes) => response.writeHead(200, { 'Content-Length': bytes.length }).end(bytes),
      // The file was removed during the job. The worker reports that it cannot download the file.
      () => response.writeHead(410).end(),
    );
  });
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
  return {
    urls: sources.map((_, i) => `${origin}/${word}/${i}/`),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
