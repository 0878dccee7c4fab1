/**
 * Creates a function that runs calls one after another, in the order of the calls. Several runs of a model
 * then take turns. Sessions of onnxruntime-web need this, because they do not support concurrent calls.
 */
export function oneAtATime(): <T>(call: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (call) => {
    const result = last.then(call);
    last = result.catch(() => undefined);
    return result;
  };
}
