// Loaded before everything else in the thread that runs a model (`--import`): adds up the time inside `session.run`
// in memory that the bench shares. The runtime itself knows nothing of it.
import { createRequire } from 'node:module';
import { getEnvironmentData, isMainThread } from 'node:worker_threads';

const memory = getEnvironmentData('isonoise:session-runs');
if (!isMainThread && memory instanceof SharedArrayBuffer) {
  // The class that onnxruntime-node's sessions have: that of the CommonJS build, which it loads.
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
