/** How requests are made. */
export interface Requesting {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without a byte after which a connection counts as broken. Default 60,000. */
  readonly stallMs?: number | undefined;
}

/** An answer whose body is read piece by piece. */
export interface Answer {
  readonly response: Response;
  pieces(): AsyncGenerator<Uint8Array>;
  /** Ends the connection. */
  close(): void;
}

const STALL_MS = 60_000;

/** Answers after which a repetition may succeed. */
const isTemporary = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/**
 * Requests a URL without compression, so that lengths and ranges count the bytes of the file.
 *
 * @throws the reason of the signal; an error if the connection fails, stalls, or the server asks to retry
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
