/**
 * Creates a function that runs calls one after another, in the order of the calls. Several runs of a model
 * then take turns. Sessions of onnxruntime-web need this, because they do not support concurrent calls.
 *
 * A call that need not wait begins at once. It must not throw, but return a rejected promise.
 */
export function oneAtATime(): <T>(call: () => Promise<T>) => Promise<T> {
  /** Number of calls that run or wait. */
  let calls = 0;
  let last: Promise<void> = Promise.resolve();
  const end = (): void => {
    calls--;
  };
  return (call) => {
    const result = calls++ === 0 ? call() : last.then(call);
    last = result.then(end, end);
    return result;
  };
}
