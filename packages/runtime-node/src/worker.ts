/** Script of a model's thread. `run` of onnxruntime-node blocks the event loop of this thread only. */
import { parentPort, workerData } from 'node:worker_threads';
import { serveModel } from '@isonoise/runtime/worker';
import { guarded, type NativeGuard } from './native-guard.ts';
import { nodePort } from './node-port.ts';
import { THREAD_WAITING } from './thread-waiting.ts';

/** Log level of ONNX Runtime. A lower level would also print the errors that it throws. */
const LOG_FATAL = 4;

if (parentPort === null)
  throw new Error('runtime-node: worker.js was started as a program; expected a worker thread.');
const port = parentPort;
const guard = workerData as NativeGuard;

serveModel(nodePort(port), {
  around: (call) => guarded(guard, call),
  clock: () => performance.now(),
  async open({ model, provider, threads }) {
    // The import is inside `open`, because loading the native code is a guarded native call too.
    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    const session = await InferenceSession.create(model, {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
      logSeverityLevel: LOG_FATAL,
      // Weights of 8 bits become float32 when the model is loaded, instead of in every call.
      extra: { session: { intra_op: THREAD_WAITING, disable_quant_qdq: '1' } },
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    });
    return { session, Tensor };
  },
  // A closed port no longer keeps the thread alive.
  closed: () => port.close(),
});
