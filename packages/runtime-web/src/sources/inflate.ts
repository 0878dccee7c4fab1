/**
 * Unpacks a raw deflate stream, piece by piece so that the page goes on meanwhile.
 *
 * @param bytes how many come out of it
 * @throws RangeError more comes out of it; what the stream throws where it is damaged
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
      throw new RangeError(`more than ${bytes} bytes come out of it`);
    }
    unpacked.set(value, at);
    at += value.length;
  }
}
