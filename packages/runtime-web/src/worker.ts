/** The worker in which a model lives: ONNX Runtime's `run` keeps the thread it is called from, and only this one. */
import { serveModel } from '@isonoise/runtime/worker';
import { forWasm } from './for-wasm.ts';
import type { WebOpenOptions } from './model-worker.ts';
import { loadOrt } from './ort.ts';
import { webPort } from './web-port.ts';
import { yieldToMessages } from './yield-to-messages.ts';

/** ONNX Runtime would print what it then throws, and what it throws is passed on. */
const LOG_FATAL = 4;

serveModel<WebOpenOptions>(webPort(self), {
  async open({ model, provider, threads, options: { assets } }) {
    const build = provider === 'webgpu' ? 'webgpu' : 'wasm';
    const { InferenceSession, Tensor } = await loadOrt({ build, assets, threads });
    const session = await InferenceSession.create(build === 'wasm' ? forWasm(model) : model, {
      executionProviders: [provider],
      graphOptimizationLevel: 'all',
      logSeverityLevel: LOG_FATAL,
    });
    return { session, Tensor };
  },
  // A WASM run never gives its thread away: without this, steps would follow each other and "stop" would not be heard.
  async around(call) {
    await yieldToMessages();
    return call();
  },
  clock: () => performance.now(),
});
