/** Script of a model's thread. `run` of onnxruntime-node blocks only the event loop of this thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { serveModel } from '@isonoise/runtime/worker';
import { guarded, type NativeGuard } from './native-guard.ts';
import { nodePort } from './node-port.ts';
import { THREAD_WAITING } from './thread-waiting.ts';

/** Log level of ONNX Runtime. A lower level would also print thrown errors. */
const LOG_FATAL = 4;

if (parentPort === null)
  throw new Error('runtime-node: worker.js was started as a program; expected a worker thread.');
const port = parentPort;
const guard = workerData as NativeGuard;

serveModel(nodePort(port), {
  around: (call) => guarded(guard, call),
  clock: () => performance.now(),
  async open({ model, provider, threads }) {
    // Import here, inside `open`, because loading the native code must be guarded too.
    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    const session = await InferenceSession.create(model, {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
      logSeverityLevel: LOG_FATAL,
      // Convert 8-bit weights to float32 once, when the model is loaded, instead of in every call.
      extra: { session: { intra_op: THREAD_WAITING, disable_quant_qdq: '1' } },
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    });
    return { session, Tensor };
  },
  // Close the port, because an open port keeps the thread alive.
  closed: () => port.close(),
});
