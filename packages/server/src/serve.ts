import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server } from './create-server.ts';
import { ServerError } from './errors.ts';
import { attach } from './http/listener.ts';
import { isLoopbackAddress, requireListenHost } from './security/host.ts';

export interface ListenOptions {
  /** Default 127.0.0.1: this machine alone. */
  readonly host?: string;
  /** 0 picks a free one. Default 4173. */
  readonly port?: number;
  /** Longest that a client may take to send a request's headers. Default 10 s. */
  readonly headersMs?: number;
  /** Longest that a client may take to send all of a request. Default 30 s. */
  readonly receiveMs?: number;
  /** Longest that a client may take to read some of an answer that waits for it. Default 60 s. */
  readonly stallMs?: number;
}

/** A server that listens. */
export interface Listening {
  /** `http://127.0.0.1:4173/` */
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, then as `shutDown`; afterwards nothing of the server is left. Safe to call again. */
  stop(limitMs?: number): Promise<void>;
}

const DEFAULT_PORT = 4173;
const DEFAULT_HOST = '127.0.0.1';

/** Slow senders hold connections. */
const HEADERS_MS = 10_000;
const RECEIVE_MS = 30_000;
/** So do readers that have stopped, and the file that they were reading. */
const STALL_MS = 60_000;
/** How often Node looks for slow senders. Its own default, 30 s, would let headers take 40. */
const CHECK_MS = 1000;
/** Longer than the pools of most clients, so that they close first and do not meet a closed connection. */
const KEEP_ALIVE_MS = 65_000;
/** Requests under way have so long to end. */
const DRAIN_MS = 30_000;

/**
 * Listens. The server is taken over: `stop` shuts it down.
 * @throws ServerError `SERVER_HOST_INVALID`; `SERVER_CANNOT_LISTEN` the port is taken, the address is not this machine's, …
 */
export async function serve(server: Server, options: ListenOptions = {}): Promise<Listening> {
  const {
    host = DEFAULT_HOST,
    port = DEFAULT_PORT,
    headersMs = HEADERS_MS,
    receiveMs = RECEIVE_MS,
    stallMs = STALL_MS,
  } = options;
  const http = createHttpServer({
    headersTimeout: headersMs,
    requestTimeout: receiveMs,
    connectionsCheckingInterval: Math.min(CHECK_MS, headersMs, receiveMs),
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Node would refuse without a body; the listener does it with one.
    requireHostHeader: false,
  });
  try {
    requireListenHost(host);
    http.listen({ host, port });
    await once(http, 'listening');
  } catch (cause) {
    await server.shutDown(0);
    throw cannotListen(host, port, cause);
  }
  const { address, port: actual } = http.address() as AddressInfo;
  attach(http, (request, env) => server.app.fetch(request, env), {
    onLoopback: isLoopbackAddress(address),
    stallMs,
  });
  let stopped: Promise<void> | undefined;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}/`,
    port: actual,
    stop(limitMs = DRAIN_MS) {
      stopped ??= stop(server, http, limitMs);
      return stopped;
    },
  };
}

async function stop(server: Server, http: HttpServer, limitMs: number): Promise<void> {
  const closed = once(http, 'close');
  http.close();
  // Answers are written after their work is done: whatever connection falls idle is closed then.
  const timer = setInterval(() => http.closeIdleConnections(), 20);
  await server.shutDown(limitMs);
  const last = setTimeout(() => http.closeAllConnections(), 1000);
  await closed;
  clearTimeout(last);
  clearInterval(timer);
}

function cannotListen(host: string, port: number, cause: unknown): ServerError {
  if (cause instanceof ServerError) return cause;
  const code = (cause as NodeJS.ErrnoException).code;
  const problem =
    code === 'EADDRINUSE'
      ? `port ${port} of ${host} is taken; stop what listens there, or choose another with --port (0 picks one)`
      : `cannot listen on port ${port} of ${host}: ${String(cause)}`;
  return new ServerError('SERVER_CANNOT_LISTEN', `serve: ${problem}.`, { cause });
}
