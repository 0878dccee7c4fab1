/**
 * Runs calls one after another, in the order they came: several runs of a model take turns, and a session that cannot
 * take two calls at once (those of onnxruntime-web) never has to.
 */
export function oneAtATime(): <T>(call: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (call) => {
    const result = last.then(call);
    last = result.catch(() => undefined);
    return result;
  };
}
