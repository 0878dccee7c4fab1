import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A function that sends an incorrect response to one request. */
export type Trick = (response: ServerResponse, file: Uint8Array, range: number | undefined) => void;

/** A received request. */
export interface SeenRequest {
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
}

export interface UnreliableServer {
  /** URL that ends with a slash. */
  readonly url: URL;
  readonly files: Map<string, Uint8Array>;
  readonly seen: SeenRequest[];
  /** Applies one trick to each of the next requests for this path. Later requests are served correctly. */
  trick(path: string, ...tricks: Trick[]): void;
  /** Takes the server offline or online. */
  offline(off: boolean): Promise<void>;
  close(): Promise<void>;
}

/** Announces the whole length, sends only the given number of bytes, and closes the connection. */
export const breakAfter =
  (bytes: number): Trick =>
  (response, file, range = 0) => {
    const part = file.subarray(range);
    const status = range === 0 ? 200 : 206;
    response.writeHead(status, {
      'Content-Length': part.length,
      ETag: etagOf(file),
      ...(range === 0 ? {} : { 'Content-Range': `bytes ${range}-${file.length - 1}/${file.length}` }),
    });
    response.write(part.subarray(0, bytes), () => (response.socket as Socket).destroy());
  };

/** Sends a truncated file as if it were complete. */
export const endAfter =
  (bytes: number): Trick =>
  (response, file) =>
    response.writeHead(200, { 'Content-Length': bytes }).end(file.subarray(0, bytes));

/** Sends different content of the same length. */
export const lie: Trick = (response, file) =>
  response.writeHead(200, { ETag: '"lie"' }).end(file.map((byte) => byte ^ 1));

/** Sends a response with the given status and headers. */
export const answer =
  (status: number, headers: Record<string, string> = {}): Trick =>
  (response, file, range) =>
    response.writeHead(status, headers).end(range === undefined ? file : file.subarray(range));

function etagOf(file: Uint8Array): string {
  return `"${file.length}-${file[1000]}"`;
}

/** Starts a server for files in memory. It supports ranges as in RFC 9110, except in responses with a trick. */
export async function startUnreliableServer(): Promise<UnreliableServer> {
  const files = new Map<string, Uint8Array>();
  const seen: SeenRequest[] = [];
  const tricks = new Map<string, Trick[]>();
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').slice(1);
    seen.push({ path, range: request.headers.range, ifRange: ifRangeOf(request) });
    const file = files.get(path);
    if (file === undefined) {
      response.writeHead(404).end();
      return;
    }
    const trick = tricks.get(path)?.shift() ?? serve;
    trick(response, file, rangeStart(request, file));
  });

  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    url: new URL(`http://127.0.0.1:${port}/`),
    files,
    seen,
    trick: (path, ...list) => void tricks.set(path, list),
    offline: (off) => (off ? close() : listen(port)),
    close,
  };
}

function ifRangeOf({ headers }: IncomingMessage): string | undefined {
  return headers['if-range']?.toString();
}

/**
 * Returns the start of the requested range. Returns undefined if the whole file is requested, or if If-Range shows
 * that the file has changed.
 */
function rangeStart(request: IncomingMessage, file: Uint8Array): number | undefined {
  const ifRange = ifRangeOf(request);
  if (ifRange !== undefined && ifRange !== etagOf(file)) return undefined;
  const start = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}

const serve: Trick = (response, file, range) => {
  if (range === undefined) response.writeHead(200, { 'Content-Length': file.length, ETag: etagOf(file) }).end(file);
  else {
    const contentRange = `bytes ${range}-${file.length - 1}/${file.length}`;
    response.writeHead(206, { ETag: etagOf(file), 'Content-Range': contentRange }).end(file.subarray(range));
  }
};
