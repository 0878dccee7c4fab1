import { plural } from '@isonoise/error';
import { ServerError } from '../errors.ts';
import type { BodyMemory } from './body-memory.ts';
import { bytesBesidesArrays } from './bytes-besides-arrays.ts';

/** Limits of a body. */
export interface BodyLimits {
  /** Maximum length in bytes besides arrays. */
  readonly bodyBytes: number;
  /** Maximum length of the arrays in bytes. */
  readonly arrayBytes: number;
}

/**
 * Reads the body of a request and passes it to `parse`. The body may have a length, be sent in chunks, or be absent.
 * The bytes beyond `limits.bodyBytes` are taken from `memory` until `parse` returns.
 *
 * @throws ServerError `BODY_TOO_LARGE`; `QUEUE_FULL`; `CLIENT_GONE` if the client disconnected before the body was
 *   complete; the errors of `parse`
 */
export async function readBody<T>(
  request: Request,
  limits: BodyLimits,
  memory: BodyMemory,
  parse: (bytes: Uint8Array) => T,
): Promise<T> {
  const limit = limits.bodyBytes + limits.arrayBytes;
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit);
  let [size, taken] = [0, 0];
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of chunksOf(request)) {
      size += chunk.length;
      // The HTTP layer discards the rest: canceling would close the connection before the response is sent.
      if (size > limit) throw tooLarge(limit);
      const beyond = Math.max(0, size - limits.bodyBytes);
      memory.take(beyond - taken);
      taken = beyond;
      chunks.push(chunk);
    }
    const bytes = Buffer.concat(chunks, size);
    const besides = bytesBesidesArrays(bytes);
    if (besides > limits.bodyBytes) {
      throw new ServerError(
        'BODY_TOO_LARGE',
        `the body has ${plural(besides, 'byte')} besides arrays in base64; expected at most ${limits.bodyBytes} bytes. Send a shorter one.`,
      );
    }
    return parse(bytes);
  } finally {
    memory.free(taken);
  }
}

const tooLarge = (limit: number): ServerError =>
  new ServerError(
    'BODY_TOO_LARGE',
    `the body is too long; expected at most ${limit} bytes. Send a shorter one.`,
  );

async function* chunksOf({ body }: Request): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === null) return;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new ServerError('CLIENT_GONE', 'the client disconnected before the body was complete.', {
        cause,
      });
    });
    if (done) return;
    yield value;
  }
}
