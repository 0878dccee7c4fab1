import { combineGuidance } from './combine-guidance.ts';
import type { Denoiser } from './denoiser.ts';
import { samplerError } from './errors.ts';
import { GUIDANCE_EXPECTED, isGuidance, isRescale, RESCALE_EXPECTED } from './guidance-range.ts';

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
 * Applies guidance: output = guide + g (network - guide).
 *
 * - With `nullClass`: classifier-free guidance (Ho & Salimans 2022), with the scale of Imagen and diffusers. It calls
 *   the network once, with twice the batch, and needs labels.
 * - With `guide`: autoguidance (Karras et al. 2024). It calls both networks at the same time, with or without labels.
 *
 * The relation is linear, so it holds for ε, x_0 and v alike. {@link combineGuidance} describes `rescale`.
 *
 * @returns a Denoiser; `denoise` itself for g = 1
 * @throws `SAMPLER_REQUEST` for an invalid scale, rescale or label, and in a call of classifier-free guidance without
 * one label per image; `SAMPLER_OUTPUT` in a call for an output of another length
 */
export function guided(denoise: Denoiser, guidance: Guidance): Denoiser {
  const { guidance: g, rescale = 0 } = guidance;
  const nullClass = 'guide' in guidance ? 0 : guidance.nullClass;
  if (!isGuidance(g) || !Number.isInteger(nullClass)) {
    throw samplerError(
      'SAMPLER_REQUEST',
      `guided: guidance is ${g} and nullClass ${nullClass}; expected ${GUIDANCE_EXPECTED}, and an integer label.`,
    );
  }
  if (!isRescale(rescale)) {
    throw samplerError('SAMPLER_REQUEST', `guided: rescale is ${rescale}; expected ${RESCALE_EXPECTED}.`);
  }
  if (g === 1) return denoise;
  const callBoth = 'guide' in guidance ? twoNetworks(denoise, guidance.guide) : twoLabels(denoise, nullClass);
  return async (x, t, labels) =>
    combineGuidance(await callBoth(x, t, labels), { guidance: g, rescale, images: t.length });
}

/** Calls the network and its guide. Each output has the length of x. */
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
    checkLength('the network', both, 2 * n);
    return [both.subarray(0, n), both.subarray(n)];
  };
}

function twoNetworks(denoise: Denoiser, guide: Denoiser): CallBoth {
  return async (x, t, labels) => {
    const both = await Promise.all([denoise(x, t, labels), guide(x, t, labels)]);
    checkLength('the network', both[0], x.length);
    checkLength('the guide', both[1], x.length);
    return both;
  };
}

function checkLength(name: string, output: Float32Array, expected: number): void {
  if (output.length === expected) return;
  throw samplerError(
    'SAMPLER_OUTPUT',
    `guided: ${name} returned ${output.length} values; expected ${expected}.`,
  );
}
