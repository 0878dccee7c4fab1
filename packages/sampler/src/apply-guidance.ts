import { plural } from '@isonoise/error';
import { joinAnswer, splitAnswer } from './answer.ts';
import { combineGuidance } from './combine-guidance.ts';
import type { Condition } from './condition.ts';
import type { Denoiser } from './denoiser.ts';
import { doubledBatch } from './doubled-batch.ts';
import { samplerError } from './errors.ts';

export interface GuidanceStrength {
  /** Scale g, in `GUIDANCE_RANGE`. 1 turns guidance off; a larger scale amplifies the difference from the guide. */
  readonly guidance: number;
  /** φ in [0, 1]: share of the rescaled output. Default 0: not rescaled. */
  readonly rescale?: number | undefined;
}

/** Classifier-free guidance: the guide is the network itself without the class or tags, or with negative tags. */
export interface ConditionGuidance extends GuidanceStrength {
  /**
   * The condition that guidance steers away from, for one image: the label of "no class" in training, or a row of tags.
   */
  readonly away: Condition;
}

/** Autoguidance: the guide is a second, weaker network, which gets the same classes or tags. */
export interface NetworkGuidance extends GuidanceStrength {
  readonly guide: Denoiser;
}

export type Guidance = ConditionGuidance | NetworkGuidance;

/**
 * Applies guidance. It does not check the scale and the rescale; {@link guided} of guided.ts does.
 *
 * @returns a Denoiser; `denoise` itself for g = 1
 * @throws `SAMPLER_REQUEST` if a call of classifier-free guidance does not have a class or tags for each image;
 *   `SAMPLER_OUTPUT` if an output has the wrong length
 */
export function applyGuidance(denoise: Denoiser, guidance: Guidance): Denoiser {
  const { guidance: g, rescale = 0 } = guidance;
  if (g === 1) return denoise;
  const callBoth =
    'guide' in guidance ? twoNetworks(denoise, guidance.guide) : twoConditions(denoise, guidance.away);
  return async (x, t, condition) => {
    const images = t.length;
    const [network, guide] = await callBoth(x, t, condition);
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

function twoConditions(denoise: Denoiser, away: Condition): CallBoth {
  const [one, many] = away instanceof Int32Array ? ['label', 'labels'] : ['row of tags', 'rows of tags'];
  return async (x, t, condition) => {
    if (condition === undefined) {
      throw samplerError('SAMPLER_REQUEST', `guided: got no ${many}; expected one for each image.`);
    }
    // [conditional; unconditional], `[2B, …]`
    const n = x.length;
    const B = t.length;
    if (condition.length !== B * away.length) {
      // Images without a label would silently be drawn as "no class".
      throw samplerError(
        'SAMPLER_REQUEST',
        `guided: got ${plural(condition.length / away.length, one, many)} for ${plural(B, 'image')}; expected one per image.`,
      );
    }
    const { x: x2, t: t2, conditions } = doubledBatch(x, t, condition);
    for (let i = 0; i < B; i++) conditions.set(away, condition.length + i * away.length);

    const both = await denoise(x2, t2, conditions);
    if (both.length !== 2 * n && both.length !== 4 * n) {
      throw samplerError(
        'SAMPLER_OUTPUT',
        `guided: the network returned ${plural(both.length, 'value')}; expected ${2 * n}, or ${4 * n} with variances.`,
      );
    }
    return [both.subarray(0, both.length / 2), both.subarray(both.length / 2)];
  };
}

function twoNetworks(denoise: Denoiser, guide: Denoiser): CallBoth {
  return (x, t, condition) => Promise.all([denoise(x, t, condition), guide(x, t, condition)]);
}
