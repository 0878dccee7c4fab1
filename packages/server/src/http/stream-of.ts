/**
 * Creates a response body whose chunks are created only when the client reads them.
 *
 * @param failed called with the error if a chunk fails while the client is connected; the body ends with the same
 *   error
 */
export function streamOf(
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
  failed: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  let isCancelled = false;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { value, done } = await chunks.next();
          if (isCancelled) return;
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          if (isCancelled) return;
          failed(error);
          throw error;
        }
      },
      async cancel() {
        isCancelled = true;
        await chunks.return();
      },
    },
    { highWaterMark: 0 },
  );
}
