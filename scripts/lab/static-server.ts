import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';

/** A server on a free port of the loopback interface. */
export interface StaticServer {
  /** Origin of the server, without a trailing slash. */
  readonly url: string;
  close(): Promise<void>;
}

export interface StaticServerOptions {
  /** Folders by URL path, such as `{ '/': 'dist', '/models': 'models' }`. The longest matching path is used. */
  readonly folders: Readonly<Record<string, string>>;
  /**
   * Whether to send the headers that isolate pages from other origins,
   * which shared memory and threads require.
   */
  readonly isolated: boolean;
}

/** Content types by file extension. Browsers reject modules and wasm files with a wrong type. */
const MIME_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Decodes the escapes of a path. @returns undefined if they are malformed */
function decoded(pathname: string): string | undefined {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
}

/** Serves files unchanged, for pages under test and for measurements. */
export async function serveFolders({ folders, isolated }: StaticServerOptions): Promise<StaticServer> {
  const prefixes = Object.keys(folders).sort((a, b) => b.length - a.length);
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = locate(decoded(pathname) ?? '');
    const bytes = file === undefined ? undefined : await readFile(file).catch(() => undefined);
    if (file === undefined || bytes === undefined) {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end(`not found: ${pathname}\n`);
      return;
    }
    response.writeHead(200, {
      'Content-Type': MIME_TYPES[path.extname(file)] ?? 'application/octet-stream',
      'Content-Length': bytes.length,
      // Vite puts a hash into the names of assets. The browser must not cache other files, because tests measure our own
      // cache.
      'Cache-Control': pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store',
      ...(isolated ? ISOLATION : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  });

  function locate(pathname: string): string | undefined {
    const prefix = prefixes.find(
      (each) => pathname === each || pathname.startsWith(each.replace(/\/?$/, '/')),
    );
    const folder = prefix === undefined ? undefined : folders[prefix];
    if (prefix === undefined || folder === undefined) return undefined;
    const rest = pathname.slice(prefix.length);
    const file = path.join(folder, rest === '' || rest.endsWith('/') ? `${rest}index.html` : rest);
    const outside = path.relative(folder, file).startsWith('..');
    return outside ? undefined : file;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('serveFolders: the server did not get a port; expected a free port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
