import type { ModelSpec } from '@isonoise/bundle';
import type { IsonoiseError } from '@isonoise/error';
import type { DenoiserHandle, ProviderChoice } from '@isonoise/runtime';
import type { Denoiser } from '@isonoise/sampler';
import { Batcher, type Pass } from '../batching/batcher.ts';
import type { Claim } from '../batching/claim.ts';
import { type Pace, PaceMeter } from '../batching/pace.ts';
import { restarting } from './restarting.ts';

/** A model that is open, shared by all requests for it. */
export interface ServedModel {
  readonly spec: ModelSpec;
  readonly provider: ProviderChoice;
  readonly pace: Pace;
  /** The network for one request, whose calls it batches with those of the others. */
  denoiser(claim: Claim): Denoiser;
  close(): Promise<void>;
}

export interface ServedModelOptions {
  readonly open: () => Promise<DenoiserHandle>;
  /** Of one image through the network. */
  readonly flops: number;
  readonly maxBatch: number;
  readonly onPass: (pass: Pass) => void;
  readonly onRestart: (reason: IsonoiseError) => void;
}

/** @throws as `open` */
export async function openServedModel(options: ServedModelOptions): Promise<ServedModel> {
  const first = await options.open();
  const { spec, provider } = first;
  const { denoise, dispose } = restarting(first, options);
  const meter = new PaceMeter(options.flops);
  const onPass = (pass: Pass): void => {
    meter.add(pass.images, pass.elapsedMs);
    options.onPass(pass);
  };
  const batcher = new Batcher(denoise, { ...options, spec, onPass });
  return {
    spec,
    provider,
    get pace() {
      return meter.pace;
    },
    denoiser: (claim) => batcher.denoiser(claim),
    close: dispose,
  };
}
