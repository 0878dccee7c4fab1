/** The thread in which the session lives: onnxruntime-node's `run` blocks its event loop, and only this one. */
import { parentPort, workerData } from 'node:worker_threads';
import { serveModel } from '@isonoise/runtime/worker';
import { guarded, type NativeGuard } from './native-guard.ts';
import { nodePort } from './node-port.ts';
import { THREAD_WAITING } from './thread-waiting.ts';

/** ONNX Runtime would print what it then throws, and what it throws is passed on. */
const LOG_FATAL = 4;

if (parentPort === null) throw new Error('runtime-node: worker.js runs in a worker thread only.');
const port = parentPort;
const guard = workerData as NativeGuard;

serveModel(nodePort(port), {
  around: (call) => guarded(guard, call),
  clock: () => performance.now(),
  async open({ model, provider, threads }) {
    // Here, since loading the native part is a native call too.
    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    const session = await InferenceSession.create(model, {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
      logSeverityLevel: LOG_FATAL,
      extra: { session: { intra_op: THREAD_WAITING } },
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    });
    return { session, Tensor };
  },
  // Without a listener the port no longer keeps the thread alive.
  closed: () => port.close(),
});
