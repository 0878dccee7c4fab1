import {
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import type { Environment } from '../environment.ts';
import { ServerError } from '../errors.ts';
import { timerMs } from '../timer-ms.ts';

/** Answers a request. Errors become responses, so it never rejects. */
export type Fetch = (
  request: Request,
  environment: Partial<Environment['Bindings']>,
) => Response | Promise<Response>;

export interface AttachOptions {
  /** Whether the server listens on a loopback address. */
  readonly onLoopback: boolean;
  readonly listensAt: { readonly address: string; readonly port: number };
  /** Milliseconds after which a connection is closed if the client reads nothing of a waiting response. */
  readonly stallMs: number;
}

/**
 * Attaches `fetch` to a Node server. For invalid HTTP, and for requests without exactly one Host header, `fetch` is
 * called with a refusal. The responses therefore have the same headers, log line and JSON as those for all other
 * errors.
 */
export function attach(
  http: HttpServer,
  fetch: Fetch,
  { onLoopback, listensAt, stallMs }: AttachOptions,
): void {
  /** The latest request and its response, by connection. */
  const latest = new WeakMap<
    Duplex,
    { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse }
  >();
  /** Connections that were refused: their last response is being sent and further input is ignored. */
  const refused = new WeakSet<Duplex>();

  const refuse = (error: ServerError, env: Partial<Environment['Bindings']> = {}): Promise<Response> =>
    Promise.resolve(fetch(new Request('http://localhost/'), { ...env, onLoopback, refusal: error }));

  const answer = (incoming: IncomingMessage, outgoing: ServerResponse, refusal?: ServerError): void => {
    latest.set(incoming.socket, { incoming, outgoing });
    // While the images are being drawn, nothing is waiting to be sent, and the connection stays open.
    outgoing.setTimeout(timerMs(stallMs), () => {
      if (outgoing.writableLength > 0) outgoing.destroy();
    });
    const found = refusal ?? problemOf(incoming);
    const listener = getRequestListener(
      (request) =>
        found === undefined
          ? fetch(request, { incoming, outgoing, onLoopback, listensAt })
          : refuse(found, { incoming, outgoing }),
      {
        overrideGlobalObjects: false,
        // Called if the adapter cannot create a Request, because Host or target is not valid in a URL.
        errorHandler: (cause) =>
          refuse(found ?? new ServerError('REQUEST_MALFORMED', malformed(cause), { cause }), {
            incoming,
            outgoing,
          }),
      },
    );
    void listener(incoming, outgoing);
  };
  http.on('request', (incoming, outgoing) => answer(incoming, outgoing));
  http.on('checkExpectation', (incoming, outgoing) => {
    const message = `Expect is ${incoming.headers.expect}; expected 100-continue. Omit the header.`;
    answer(incoming, outgoing, new ServerError('EXPECTATION_FAILED', message));
  });
  /** Sends the last response of a connection. Node's parser cannot continue after the error. */
  const refuseConnection = (socket: Duplex, error: ServerError): void => {
    if (refused.has(socket)) return;
    refused.add(socket);
    const write = async (): Promise<void> => {
      const bytes = await serialized(await refuse(error));
      if (socket.writable) socket.end(bytes);
      else socket.destroy();
    };
    const { incoming, outgoing } = latest.get(socket) ?? {};
    if (outgoing === undefined || outgoing.closed) void write();
    // The error follows a complete request that is still being answered. The responses must be sent in the order of the
    // requests.
    else if (incoming?.complete === true) outgoing.once('close', () => void write());
    // The error is inside a request whose response has begun, so a second response cannot be sent.
    else if (outgoing.headersSent) socket.destroy();
    else void write();
  };
  http.on('clientError', (cause: NodeJS.ErrnoException, socket: Duplex) => {
    if (!socket.writable || cause.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const { code, message } = PARSER_PROBLEMS[cause.code ?? ''] ?? {
      code: 'REQUEST_MALFORMED' as const,
      message: malformed(cause),
    };
    refuseConnection(socket, new ServerError(code, message, { cause }));
  });
  // By default, Node closes the connection without a response.
  http.on('connect', (incoming, socket) => {
    socket.on('error', () => socket.destroy());
    const message = `CONNECT ${incoming.url}: this server is not a proxy; expected a request for one of its paths.`;
    refuseConnection(socket, new ServerError('REQUEST_MALFORMED', message));
  });
}

/** Errors of Node's parser by code. */
const PARSER_PROBLEMS: Readonly<
  Record<string, { readonly code: 'HEADERS_TOO_LARGE' | 'REQUEST_TIMEOUT'; readonly message: string }>
> = {
  HPE_HEADER_OVERFLOW: {
    code: 'HEADERS_TOO_LARGE',
    message: 'the headers are too long; expected at most 16 KiB. Send fewer or shorter headers.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    code: 'REQUEST_TIMEOUT',
    message: 'the request did not arrive in time. Send it again over a faster connection.',
  },
};

function malformed(cause: unknown): string {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return `the request is not valid HTTP: ${reason}.`;
}

/**
 * Checks that there is one Host header. Node accepts several headers, and its own response to a request without one has
 * no body.
 */
function problemOf({ rawHeaders, httpVersion }: IncomingMessage): ServerError | undefined {
  const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts === 1) return undefined;
  const found = hosts === 0 ? `HTTP/${httpVersion} without a Host header` : `${hosts} Host headers`;
  return new ServerError('REQUEST_MALFORMED', `the request is not valid HTTP: ${found}; expected one.`);
}

/** Serializes a response for a connection that Node's parser no longer handles. */
async function serialized(response: Response): Promise<Uint8Array> {
  const body = Buffer.from(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  headers.set('Content-Length', String(body.length));
  headers.set('Connection', 'close');
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status]}\r\n${lines}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}
