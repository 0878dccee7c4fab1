import type { ModelSpec } from '@isonoise/bundle';
import type { IsonoiseError } from '@isonoise/error';
import type { DenoiserHandle, ProviderChoice } from '@isonoise/runtime';
import type { Denoiser } from '@isonoise/sampler';
import { Batcher, type Pass } from '../batching/batcher.ts';
import type { Claim } from '../batching/claim.ts';
import { type Pace, PaceMeter } from '../batching/pace.ts';
import { restarting } from './restarting.ts';

/** An open model, shared by all requests for it. */
export interface ServedModel {
  readonly spec: ModelSpec;
  readonly provider: ProviderChoice;
  readonly pace: Pace;
  /** Returns the network for one request. Its calls share passes with calls of other requests. */
  denoiser(claim: Claim): Denoiser;
  close(): Promise<void>;
}

export interface ServedModelOptions {
  readonly open: () => Promise<DenoiserHandle>;
  /** Floating-point operations of the network for one image. */
  readonly flops: number;
  readonly maxBatch: number;
  readonly onPass: (pass: Pass) => void;
  readonly onRestart: (reason: IsonoiseError) => void;
}

/** Opens a model for serving. @throws the errors of `options.open` */
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
