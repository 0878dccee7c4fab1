import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server } from './create-server.ts';
import { ServerError } from './errors.ts';
import { attach } from './http/listener.ts';
import { isLoopbackAddress, requireListenHost } from './security/host.ts';

export interface ListenOptions {
  /** Address or name on which the server listens. Default 127.0.0.1, which is reachable only from this machine. */
  readonly host?: string;
  /** Port; 0 picks a free one. Default 4173. */
  readonly port?: number;
  /** Time limit for receiving the headers of a request. Default 10 s. */
  readonly headersMs?: number;
  /** Time limit for receiving a whole request. Default 30 s. */
  readonly receiveMs?: number;
  /** Time after which a client is disconnected if it reads nothing of a waiting response. Default 60 s. */
  readonly stallMs?: number;
}

/** A listening server. */
export interface Listening {
  /** Base URL, such as `http://127.0.0.1:4173/`. */
  readonly url: string;
  readonly port: number;
  /**
   * Stops accepting connections, then shuts down the server as `shutDown` does. Further calls return the same promise.
   */
  stop(limitMs?: number): Promise<void>;
}

const DEFAULT_PORT = 4173;
const DEFAULT_HOST = '127.0.0.1';

/** Limits for receiving a request, because clients that send slowly occupy connections. */
const HEADERS_MS = 10_000;
const RECEIVE_MS = 30_000;
/** Limit for clients that stop reading: they occupy a connection and an open file. */
const STALL_MS = 60_000;
/** How often Node checks for slow senders. With its default of 30 s, headers could take 40 s. */
const CHECK_MS = 1000;
/**
 * Time after which an idle connection is closed. It is longer than the idle timeout of most client pools, so that
 * clients close first and do not reuse a closed connection.
 */
const KEEP_ALIVE_MS = 65_000;
/** Time for running requests to finish when the server stops. */
const DRAIN_MS = 30_000;

/**
 * Starts listening. Takes ownership of the server: `stop` shuts it down.
 *
 * @throws ServerError `SERVER_HOST_INVALID`; `SERVER_CANNOT_LISTEN` if the port is in use, the address is not local,
 *   …
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
    // Node's own response to a request without Host has no body; the response of the listener has one.
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
    listensAt: { address, port: actual },
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
  // Close each connection as soon as its last response is sent and it becomes idle.
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
      ? `port ${port} of ${host} is in use. Stop the program that uses it, or choose another --port (0 picks one)`
      : `cannot listen on port ${port} of ${host}: ${String(cause)}`;
  return new ServerError('SERVER_CANNOT_LISTEN', `serve: ${problem}.`, { cause });
}
