import { applyGuidance, type Guidance, type GuidanceStrength } from './apply-guidance.ts';
import type { Denoiser } from './denoiser.ts';
import { samplerError } from './errors.ts';
import { GUIDANCE_EXPECTED, isGuidance } from './guidance-range.ts';
import { isRescale, RESCALE_EXPECTED } from './guidance-settings.ts';

/** Classifier-free guidance away from a label. */
export interface ClassGuidance extends GuidanceStrength {
  /** The label of "no class" in training. */
  readonly nullClass: number;
}

/**
 * Applies guidance: output = guide + g (network - guide).
 *
 * - With `nullClass`: classifier-free guidance (Ho & Salimans 2022), with the scale of Imagen and diffusers. It calls
 *   the network once, with twice the batch, and needs labels.
 * - With `away`: the same for a network with tags. `away` is the row of tags that guidance steers away from.
 * - With `guide`: autoguidance (Karras et al. 2024). It calls both networks at the same time, with or without labels.
 *
 * The relation is linear, so it holds for ε, x_0 and v alike. Variances are not guided: the result has the variances of
 * the network itself, for the given class if there is one. {@link combineGuidance} describes `rescale`.
 *
 * @returns a Denoiser; `denoise` itself for g = 1
 * @throws `SAMPLER_REQUEST` for an invalid scale, rescale or label, and if a call of classifier-free guidance does not
 *   have one label per image; `SAMPLER_OUTPUT` if an output has the wrong length
 */
export function guided(denoise: Denoiser, guidance: Guidance | ClassGuidance): Denoiser {
  const { guidance: g, rescale = 0 } = guidance;
  const nullClass = 'nullClass' in guidance ? guidance.nullClass : 0;
  if (!isGuidance(g) || !Number.isInteger(nullClass)) {
    throw samplerError(
      'SAMPLER_REQUEST',
      `guided: guidance is ${g} and nullClass ${nullClass}; expected ${GUIDANCE_EXPECTED}, and an integer label.`,
    );
  }
  if (!isRescale(rescale)) {
    throw samplerError('SAMPLER_REQUEST', `guided: rescale is ${rescale}; expected ${RESCALE_EXPECTED}.`);
  }
  return applyGuidance(
    denoise,
    'nullClass' in guidance ? { guidance: g, rescale, away: Int32Array.of(nullClass) } : guidance,
  );
}
