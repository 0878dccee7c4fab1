import { plural } from '@isonoise/error';

/**
 * Unpacks a raw deflate stream in chunks, without blocking the page.
 *
 * @param bytes expected length of the result
 * @throws RangeError if the result is longer; errors of the stream if it is damaged
 */
export async function inflate(packed: Uint8Array, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const unpacked = new Uint8Array(bytes);
  const stream = new Blob([new Uint8Array(packed)])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'));
  const reader = stream.getReader();
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return unpacked.subarray(0, at);
    if (at + value.length > bytes) {
      await reader.cancel();
      throw new RangeError(`got more than ${plural(bytes, 'byte')}`);
    }
    unpacked.set(value, at);
    at += value.length;
  }
}
