/**
 * Creates a function that runs calls one after another, in order. With it, several runs of a model take turns.
 * Sessions of onnxruntime-web need this, because they do not support concurrent calls.
 *
 * If no call is running, a new call starts at once. To report an error, a call must return a rejected promise instead
 * of throwing.
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
