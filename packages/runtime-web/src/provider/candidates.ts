import type { ModelSpec } from '@isonoise/bundle';
import {
  anyCondition,
  contractOf,
  type ProviderCandidate,
  type ProviderName,
  runtimeError,
} from '@isonoise/runtime';
import { ModelWorker } from '../model-worker.ts';
import type { OrtAssets } from '../ort-assets.ts';
import { chooseThreads, type KnownPace } from './choose-threads.ts';
import type { GpuFacts } from './gpu.ts';

/** Execution providers of onnxruntime-web. */
export type WebProviderName = Extract<ProviderName, 'webgpu' | 'wasm'>;

export interface CandidateOptions {
  readonly spec: ModelSpec;
  readonly onnx: Uint8Array;
  /** Threads of WASM. */
  readonly threads: number;
  /** Speed of one WASM thread at an earlier visit; null if the caller chose the number of threads. */
  readonly pace: KnownPace | null;
  /** Called with a note if fewer threads are used. */
  readonly note: (text: string) => void;
  readonly assets: OrtAssets | undefined;
  readonly requested: 'auto' | WebProviderName;
  readonly gpu: GpuFacts | string;
  readonly signal: AbortSignal | undefined;
}

/** Number of images in a measured call, as in a typical batch. A single image would not use an accelerator fully. */
const MEASURED_BATCH = 4;

/** Time limit for a measurement, which takes two calls. A provider that needs longer is unusable. */
const LONGEST_MEASUREMENT_MS = 10_000;

/** Time limit for measuring one number of threads. It is short, so that a large network opens soon. */
const LONGEST_THREAD_TRIAL_MS = 3000;

/** Lists the candidates in order of preference. The last one, WASM, works in every browser. */
export function webCandidates(options: CandidateOptions): readonly ProviderCandidate<ModelWorker>[] {
  return [
    { ...candidate('webgpu', 1, options), open: () => openWebGpu(options) },
    { ...candidate('wasm', options.threads, options), open: () => openWasm(options) },
  ];
}

function candidate(
  name: WebProviderName,
  threads: number,
  options: CandidateOptions,
): ProviderCandidate<ModelWorker> {
  return {
    name,
    open: () => open(name, threads, options),
    close: (worker) => worker.stop(),
    measure: (worker) => measure(worker, options),
  };
}

async function openWebGpu(options: CandidateOptions): Promise<ModelWorker> {
  const { gpu, requested } = options;
  if (typeof gpu === 'string') throw runtimeError('RUNTIME_PROVIDER', gpu);
  if (gpu.isSoftware && requested === 'auto') {
    throw runtimeError(
      'RUNTIME_PROVIDER',
      `the adapter ${gpu.name} is a software emulation of a GPU; it is used only if webgpu is requested by name`,
    );
  }
  return open('webgpu', 1, options);
}

async function openWasm(options: CandidateOptions): Promise<ModelWorker> {
  const { threads, pace, note: report } = options;
  if (pace === null || threads === 1) return open('wasm', threads, options);
  const trial = {
    open: (count: number) => open('wasm', count, options),
    close: (worker: ModelWorker) => worker.stop(),
    measure: (worker: ModelWorker) =>
      measure(worker, options, { batch: 1, limitMs: LONGEST_THREAD_TRIAL_MS }),
  };
  const { session, note } = await chooseThreads(threads, trial, pace);
  if (note !== null) report(note);
  return session;
}

async function open(
  provider: WebProviderName,
  threads: number,
  { spec, onnx, assets, signal }: CandidateOptions,
): Promise<ModelWorker> {
  signal?.throwIfAborted();
  const worker = new ModelWorker();
  // ONNX Runtime cannot be interrupted. An abort therefore stops the worker, which rejects pending calls.
  const end = (): void => void worker.stop();
  signal?.addEventListener('abort', end);
  try {
    // Copy the model: its buffer is transferred, but the caller and the other candidates need the bundle.
    await worker.model.open({
      model: new Uint8Array(onnx),
      contract: contractOf(spec),
      provider,
      threads,
      options: assets === undefined ? {} : { assets },
    });
    signal?.throwIfAborted();
    return worker;
  } catch (cause) {
    await worker.stop();
    throw cause;
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

async function measure(
  { model: { denoise } }: ModelWorker,
  { spec, signal }: CandidateOptions,
  { batch, limitMs } = { batch: MEASURED_BATCH, limitMs: LONGEST_MEASUREMENT_MS },
): Promise<number> {
  const { channels, height, width } = spec.image;
  const call = (): Promise<Float32Array> =>
    denoise(
      new Float32Array(batch * channels * height * width),
      new Float32Array(batch),
      anyCondition(spec, batch),
    );
  let leave = (): void => {};
  const ended = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`two calls took more than ${limitMs / 1000} s`)),
      limitMs,
    );
    const abort = (): void => reject(signal?.reason);
    signal?.addEventListener('abort', abort);
    leave = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
  });
  const timed = async (): Promise<number> => {
    // The first call compiles shaders and plans memory.
    await call();
    const began = performance.now();
    await call();
    return performance.now() - began;
  };
  try {
    return await Promise.race([timed(), ended]);
  } finally {
    leave();
  }
}
