import { blendedNetwork } from './blend.ts';
import type { Denoiser, LevelNetwork } from './denoiser.ts';
import { type DrawnPlan, guidedNetwork } from './guided-network.ts';
import { windowedNetwork } from './windowed-network.ts';

/**
 * Makes the network of a plan: the network on windows, then guidance, then the blend of two conditions.
 *
 * @throws `SAMPLER_REQUEST` in the cases of {@link guidedNetwork}
 */
export function plannedNetwork(
  denoise: Denoiser,
  plan: DrawnPlan,
  guide: Denoiser | undefined,
): Denoiser | LevelNetwork {
  const { shape, windows } = plan;
  const whole = <D extends Denoiser | undefined>(network: D): Denoiser | D =>
    windows === undefined || network === undefined ? network : windowedNetwork(network, shape, windows);
  return blendedNetwork(guidedNetwork(whole(denoise), plan, whole(guide)), plan);
}
