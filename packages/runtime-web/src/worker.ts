/** Script of a model's worker. ONNX Runtime's `run` blocks only this thread. */
import { serveModel } from '@isonoise/runtime/worker';
import { forWasm } from './for-wasm.ts';
import type { WebOpenOptions } from './model-worker.ts';
import { loadOrt } from './ort.ts';
import { webPort } from './web-port.ts';
import { yieldToMessages } from './yield-to-messages.ts';

/** Log level of ONNX Runtime. A lower level would also print thrown errors. */
const LOG_FATAL = 4;

serveModel<WebOpenOptions>(webPort(self), {
  async open({ model, provider, threads, options: { assets } }) {
    const build = provider === 'webgpu' ? 'webgpu' : 'wasm';
    const { InferenceSession, Tensor } = await loadOrt({ build, assets, threads });
    const session = await InferenceSession.create(build === 'wasm' ? forWasm(model) : model, {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
      logSeverityLevel: LOG_FATAL,
      // Convert 8-bit weights to float32 once, when the model is loaded, instead of in every call.
      extra: { session: { disable_quant_qdq: '1' } },
    });
    return { session, Tensor };
  },
  // A WASM run does not yield to the event loop. Without this pause, a `stop` message would not arrive between steps.
  async around(call) {
    await yieldToMessages();
    return call();
  },
  clock: () => performance.now(),
});
