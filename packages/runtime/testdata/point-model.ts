import { createModel, type DenoiserHandle, type Model } from '../src/model.ts';
import { pointDenoiser, pointSpec } from './point-denoiser.ts';

/** Creates a model from {@link pointDenoiser}. @param part parts of the handle to replace */
export function pointModel(part: Partial<DenoiserHandle> = {}): Model {
  const spec = part.spec ?? pointSpec;
  const provider = { name: 'cpu', reason: 'requested' } as const;
  return createModel({
    denoise: pointDenoiser(spec),
    spec,
    golden: null,
    provider,
    dispose: async () => {},
    ...part,
  });
}
