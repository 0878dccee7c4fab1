/** The thread in which the session lives: onnxruntime-node's `run` blocks its event loop, and only this one. */
import { parentPort, workerData } from 'node:worker_threads';
import { createSessionDenoiser, RuntimeError } from '@isonoise/runtime/session';
import type { Denoiser } from '@isonoise/sampler';
import type { InferenceSession } from 'onnxruntime-node';
import { guarded, type NativeGuard } from './native-guard.ts';
import type { CallMessage, CallName, ReplyMessage, WorkerCalls } from './protocol.ts';
import { sendError } from './sent-error.ts';

/** ONNX Runtime would print what it then throws, and what it throws is passed on. */
const LOG_FATAL = 4;

const guard = workerData as NativeGuard;
let session: InferenceSession | undefined;
let denoise: Denoiser | undefined;

type Handlers = {
  readonly [K in CallName]: (request: WorkerCalls[K]['request']) => Promise<WorkerCalls[K]['response']>;
};

const handlers: Handlers = {
  open: ({ model, contract, provider, threads }) =>
    guarded(guard, async () => {
      // Here, since loading the native part is a native call too.
      const { InferenceSession, Tensor } = await import('onnxruntime-node');
      session = await InferenceSession.create(model, {
        executionProviders: [provider],
        graphOptimizationLevel: 'all',
        logSeverityLevel: LOG_FATAL,
        ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      });
      denoise = createSessionDenoiser(session, contract, Tensor);
      return undefined;
    }),
  run: async ({ x, t, labels }) => {
    const network = denoise;
    if (network === undefined) throw new RuntimeError('RUNTIME_WORKER', 'worker: run before open.');
    return guarded(guard, () => network(x, t, labels));
  },
  close: async () => {
    await session?.release();
    session = undefined;
    denoise = undefined;
    // Without a listener the port no longer keeps the thread alive.
    parentPort?.close();
    return undefined;
  },
};

parentPort?.on('message', (message: CallMessage) => {
  const { id } = message;
  // The request belongs to the handler of its own name: CallMessage pairs them, a lookup by a union cannot show it.
  const handler = handlers[message.call] as (
    request: CallMessage['request'],
  ) => ReturnType<Handlers[CallName]>;
  handler(message.request).then(
    (response) =>
      reply({ id, ok: true, response }, response === undefined ? [] : [response.buffer as ArrayBuffer]),
    (error: unknown) => reply({ id, ok: false, error: sendError(error) }, []),
  );
});

function reply(message: ReplyMessage, transfer: readonly ArrayBuffer[]): void {
  parentPort?.postMessage(message, transfer);
}
