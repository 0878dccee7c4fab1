import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

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

/** Closes the connection when a condition is true. A broken connection discards the bytes that the client has not read yet. */
export function breakWhen(response: ServerResponse, hasArrived: () => boolean): void {
  const timer = setInterval(() => {
    if (hasArrived()) response.destroy();
  }, 5);
  response.once('close', () => clearInterval(timer));
}

/**
 * Announces the whole length, sends only the given number of bytes, and closes the connection.
 *
 * @param hasArrived whether the client has read the file up to a length; always true by default
 */
export const breakAfter =
  (bytes: number, hasArrived: (length: number) => boolean = () => true): Trick =>
  (response, file, range = 0) => {
    const part = file.subarray(range);
    const status = range === 0 ? 200 : 206;
    response.writeHead(status, {
      'Content-Length': part.length,
      ETag: etagOf(file),
      ...(range === 0 ? {} : { 'Content-Range': `bytes ${range}-${file.length - 1}/${file.length}` }),
    });
    response.write(part.subarray(0, bytes), () => breakWhen(response, () => hasArrived(range + bytes)));
  };

/** Sends a truncated file as if it were complete. */
export const endAfter =
  (bytes: number): Trick =>
  (response, file) =>
    response.writeHead(200, { 'Content-Length': bytes }).end(file.subarray(0, bytes));

/**
 * Sends the first bytes without a length and closes the connection, like an HTTP/1.0 server whose connection breaks.
 *
 * @param etag whether the response has the ETag of the file
 */
export const cutWithoutLength =
  (bytes: number, { etag }: { readonly etag: boolean }): Trick =>
  (response, file) => {
    response.useChunkedEncodingByDefault = false;
    response.writeHead(200, { Connection: 'close', ...(etag && { ETag: etagOf(file) }) });
    response.end(file.subarray(0, bytes));
  };

/** Sends a chunked page with the given number of bytes, as a sign-in page of a network does. */
export const signIn =
  (bytes: number): Trick =>
  (response) =>
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(Buffer.alloc(bytes, 'Sign in'));

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
  // A busy machine can exceed the default time limits of the server.
  const server = createServer({ requestTimeout: 0, headersTimeout: 0 }, (request, response) => {
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
