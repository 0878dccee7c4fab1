/**
 * Makes a body whose chunks are made only when the client reads them.
 *
 * @param failed is called with the error of a chunk, unless the client has gone; the body then ends with this error
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
