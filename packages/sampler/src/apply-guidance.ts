import { joinAnswer, splitAnswer } from './answer.ts';
import { combineGuidance } from './combine-guidance.ts';
import type { Denoiser } from './denoiser.ts';
import { samplerError } from './errors.ts';

interface GuidanceStrength {
  /** Scale g, in `GUIDANCE_RANGE`: 1 turns guidance off, more than 1 exaggerates the difference from the guide. */
  readonly guidance: number;
  /** φ in [0, 1]: share of the rescaled output. Default 0: not rescaled. */
  readonly rescale?: number | undefined;
}

/** Classifier-free guidance: the guide is the network itself without the class. */
export interface ClassGuidance extends GuidanceStrength {
  /** The label of "no class" in training. */
  readonly nullClass: number;
}

/** Autoguidance: the guide is a second, weaker network, which gets the same labels. */
export interface NetworkGuidance extends GuidanceStrength {
  readonly guide: Denoiser;
}

export type Guidance = ClassGuidance | NetworkGuidance;

/**
 * Applies guidance, given by a scale and a rescale that were checked, such as those of a plan. {@link guided} of guided.ts
 * checks them.
 *
 * @returns a Denoiser; `denoise` itself for g = 1
 * @throws `SAMPLER_REQUEST` if a call of classifier-free guidance does not have one label per image; `SAMPLER_OUTPUT` if an
 *   output has another length
 */
export function applyGuidance(denoise: Denoiser, guidance: Guidance): Denoiser {
  const { guidance: g, rescale = 0 } = guidance;
  if (g === 1) return denoise;
  const callBoth =
    'guide' in guidance ? twoNetworks(denoise, guidance.guide) : twoLabels(denoise, guidance.nullClass);
  return async (x, t, labels) => {
    const images = t.length;
    const [network, guide] = await callBoth(x, t, labels);
    const { prediction, variance } = splitAnswer(network, x.length, images, 'guided: the network');
    const away = splitAnswer(guide, x.length, images, 'guided: the guide');
    const combined = combineGuidance([prediction, away.prediction], { guidance: g, rescale, images });
    return joinAnswer({ prediction: combined, variance }, images);
  };
}

/** Calls the network and its guide. */
type CallBoth = (
  ...inputs: Parameters<Denoiser>
) => Promise<readonly [network: Float32Array, guide: Float32Array]>;

function twoLabels(denoise: Denoiser, nullClass: number): CallBoth {
  return async (x, t, labels) => {
    if (labels === undefined) {
      throw samplerError('SAMPLER_REQUEST', 'guided: got no labels; expected a class for each image.');
    }
    // [conditional; unconditional], `[2B, …]`
    const n = x.length;
    const B = t.length;
    if (labels.length !== B) {
      // Images without a label would silently be drawn as "no class".
      throw samplerError(
        'SAMPLER_REQUEST',
        `guided: got ${labels.length} labels for ${B} images; expected one per image.`,
      );
    }
    const x2 = new Float32Array(2 * n);
    x2.set(x);
    x2.set(x, n);
    const t2 = new Float32Array(2 * B);
    t2.set(t);
    t2.set(t, B);
    const labels2 = new Int32Array(2 * B).fill(nullClass);
    labels2.set(labels);

    const both = await denoise(x2, t2, labels2);
    if (both.length !== 2 * n && both.length !== 4 * n) {
      throw samplerError(
        'SAMPLER_OUTPUT',
        `guided: the network returned ${both.length} values; expected ${2 * n}, or ${4 * n} with variances.`,
      );
    }
    return [both.subarray(0, both.length / 2), both.subarray(both.length / 2)];
  };
}

function twoNetworks(denoise: Denoiser, guide: Denoiser): CallBoth {
  return (x, t, labels) => Promise.all([denoise(x, t, labels), guide(x, t, labels)]);
}
