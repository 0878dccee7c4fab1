import type { ModelSpec } from '@isonoise/bundle';
import type { DenoiserHandle, ProviderChoice, RuntimeError } from '@isonoise/runtime';
import type { Denoiser } from '@isonoise/sampler';
import { Batcher, type Pass } from '../batching/batcher.ts';
import { restarting } from './restarting.ts';

/** A model that is open, shared by all requests for it. */
export interface ServedModel {
  readonly spec: ModelSpec;
  readonly provider: ProviderChoice;
  /** The network for one request, whose calls it batches with those of the others. */
  denoiser(signal: AbortSignal): Denoiser;
  close(): Promise<void>;
}

export interface ServedModelOptions {
  readonly open: () => Promise<DenoiserHandle>;
  readonly maxBatch: number;
  readonly onPass: (pass: Pass) => void;
  readonly onRestart: (reason: RuntimeError) => void;
}

/** @throws as `open` */
export async function openServedModel(options: ServedModelOptions): Promise<ServedModel> {
  const first = await options.open();
  const { spec, provider } = first;
  const { denoise, dispose } = restarting(first, options);
  const batcher = new Batcher(denoise, { ...options, spec });
  return { spec, provider, denoiser: (signal) => batcher.denoiser(signal), close: dispose };
}
