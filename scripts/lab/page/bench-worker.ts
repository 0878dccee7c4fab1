// Runs contenders in a worker, because ONNX Runtime and tfjs block the thread that calls them.
import { forWasm, loadOrt, type OrtModule } from '@isonoise/runtime-web/ort';
import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import { eagerForward } from '../../bench/eager-forward.ts';
import { workload } from '../../bench/workload.ts';
import type { BenchCalls } from '../calls/bench.ts';
import type { BenchMessage, BenchReply } from './bench.ts';

const contenders: (() => Promise<unknown>)[] = [];
let ort: OrtModule | undefined;

const calls: BenchCalls = {
  async startBench(threads) {
    ort = await loadOrt({ build: 'wasm', threads });
    setWasmPaths({
      'tfjs-backend-wasm.wasm': plain,
      'tfjs-backend-wasm-simd.wasm': simd,
      'tfjs-backend-wasm-threaded-simd.wasm': threaded,
    });
    setThreadsCount(threads);
    if (!(await tf.setBackend('wasm')))
      throw new Error('tfjs: the wasm backend did not start; expected it to be available.');
    await tf.ready();
    return getThreadsCount();
  },
  async openGraph(model, feeds) {
    if (ort === undefined)
      throw new Error('bench: the worker has not been started; expected startBench first.');
    const { InferenceSession, Tensor } = ort;
    const session = await InferenceSession.create(forWasm(model), {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'all',
      // As in the Train tab, denormals (numbers below 1e-38) count as zero, because computing with them is slow.
      extra: { session: { set_denormal_as_zero: '1' } },
    });
    const tensors = Object.fromEntries(
      feeds.map(({ name, type, dims, data }) => [name, new Tensor(type, data, dims)]),
    );
    return contenders.push(() => session.run(tensors)) - 1;
  },
  async openEager(batch) {
    return contenders.push(eagerForward(workload().network, batch).run) - 1;
  },
  async runBench(id) {
    const run = contenders[id];
    if (run === undefined)
      throw new Error(
        `bench: unknown contender ${id}; expected a number that openGraph or openEager returned.`,
      );
    await run();
  },
};

self.addEventListener('message', async ({ data: { id, name, args } }: MessageEvent<BenchMessage>) => {
  // The page's types pair each name with its arguments; here the arguments are a list.
  const run = calls[name] as (...args: readonly unknown[]) => Promise<unknown>;
  const reply = await run(...args).then(
    (value): BenchReply => ({ id, ok: true, value }),
    (error: unknown): BenchReply => ({
      id,
      ok: false,
      error: error instanceof Error ? error : new Error(String(error)),
    }),
  );
  self.postMessage(reply);
});
