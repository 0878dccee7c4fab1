/**
 * Creates a function that runs calls one after another in their order, so that several runs of a model take
 * turns and sessions that do not support concurrent calls (those of onnxruntime-web) work.
 */
export function oneAtATime(): <T>(call: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (call) => {
    const result = last.then(call);
    last = result.catch(() => undefined);
    return result;
  };
}
