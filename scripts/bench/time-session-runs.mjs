// Preloaded by `--import` in the thread that runs a model. Adds up the time inside `session.run`, in memory shared
// with the bench.
import { createRequire } from 'node:module';
import { getEnvironmentData, isMainThread } from 'node:worker_threads';

const memory = getEnvironmentData('isonoise:session-runs');
if (!isMainThread && memory instanceof SharedArrayBuffer) {
  // onnxruntime-node loads its CommonJS build; sessions are instances of that build's class.
  const { InferenceSession } = createRequire(import.meta.url)('onnxruntime-node');
  const [milliseconds, runs] = [0, 1];
  const counters = new Float64Array(memory);
  const { run } = InferenceSession.prototype;
  InferenceSession.prototype.run = async function timedRun(...args) {
    const began = performance.now();
    try {
      return await run.apply(this, args);
    } finally {
      counters[milliseconds] += performance.now() - began;
      counters[runs]++;
    }
  };
}
