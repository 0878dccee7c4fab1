import { ServerError } from '../errors.ts';

/**
 * Reads the body of a request, which may have a length, be sent in chunks, or be absent.
 *
 * @param limit greatest length in bytes
 * @throws ServerError `BODY_TOO_LARGE`; `CLIENT_GONE` the client disconnected before the body was complete
 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  const tooLarge = (): ServerError =>
    new ServerError('BODY_TOO_LARGE', `the body is longer than ${limit} bytes. Send a shorter one.`);
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge();
  if (request.body === null) return new Uint8Array();
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new ServerError('CLIENT_GONE', 'the client disconnected before the body was complete.', {
        cause,
      });
    });
    if (done) return Buffer.concat(chunks, size);
    size += value.length;
    // The HTTP layer discards the rest: canceling would close the connection before the answer is sent.
    if (size > limit) throw tooLarge();
    chunks.push(value);
  }
}
