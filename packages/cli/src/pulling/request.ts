/** Options of requests. */
export interface Requesting {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without a byte after which a connection is treated as broken. Default: 60,000. */
  readonly stallMs?: number | undefined;
}

/** The response of a server, with its body in pieces. */
export interface Answer {
  readonly response: Response;
  pieces(): AsyncGenerator<Uint8Array>;
  /** Ends the connection. */
  close(): void;
}

const STALL_MS = 60_000;

/** Whether a retry may succeed after a response with this status. */
const isTemporary = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/**
 * Requests a URL. The server is asked not to compress, so that lengths and ranges refer to the bytes of the
 * file.
 *
 * @throws the reason of the signal; an error if the connection fails or stalls, or if the status suggests a
 *   retry
 */
export async function request(
  url: URL,
  headers: Readonly<Record<string, string>>,
  { signal, stallMs = STALL_MS }: Requesting,
): Promise<Answer> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal?.reason);
  signal?.addEventListener('abort', stop);
  let timer: NodeJS.Timeout | undefined;
  const watch = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(new Error(`no byte for ${stallMs} ms`)), stallMs);
  };
  const close = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    controller.abort();
  };
  try {
    signal?.throwIfAborted();
    watch();
    const response = await fetch(url, {
      headers: { 'accept-encoding': 'identity', ...headers },
      signal: controller.signal,
    });
    if (isTemporary(response.status)) throw new Error(`HTTP ${response.status}`);
    return {
      response,
      close,
      async *pieces() {
        if (response.body === null) return;
        for await (const piece of response.body) {
          watch();
          yield piece;
        }
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}
