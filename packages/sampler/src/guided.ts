import type { Denoiser } from './denoiser.ts';
import { samplerError } from './errors.ts';
import { GUIDANCE_EXPECTED, isGuidance } from './guidance-range.ts';

export interface Guidance {
  /** Scale g, in `GUIDANCE_RANGE`: 0 is unconditional, 1 is conditional, more than 1 exaggerates the class. */
  readonly guidance: number;
  /** The label of "no class" in training. */
  readonly nullClass: number;
}

/**
 * Applies classifier-free guidance (Ho & Salimans 2022), with the scale of Imagen and diffusers:
 * output = unconditional + g (conditional - unconditional). It calls the network once, with twice the batch. The
 * relation is linear, so it holds for ε, x_0 and v alike.
 *
 * @returns a Denoiser that needs labels; `denoise` itself for g = 1
 * @throws `SAMPLER_REQUEST` for an invalid scale or label, and in a call without one label per image;
 * `SAMPLER_OUTPUT` in a call for an output of another length
 */
export function guided(denoise: Denoiser, { guidance: g, nullClass }: Guidance): Denoiser {
  if (!isGuidance(g) || !Number.isInteger(nullClass)) {
    throw samplerError(
      'SAMPLER_REQUEST',
      `guided: guidance is ${g} and nullClass ${nullClass}; expected ${GUIDANCE_EXPECTED}, and an integer label.`,
    );
  }
  if (g === 1) return denoise;
  return async (x, t, labels) => {
    if (labels === undefined) {
      throw samplerError('SAMPLER_REQUEST', 'guided: got no labels; expected a class for each image.');
    }
    // 1. [conditional; unconditional], `[2B, …]`
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
    if (both.length !== 2 * n) {
      throw samplerError(
        'SAMPLER_OUTPUT',
        `guided: the network returned ${both.length} values; expected ${2 * n}.`,
      );
    }

    // 2. [2B, …] -> [B, …]
    const out = new Float32Array(n);
    for (let i = 0; i < n; i++) {
      const unconditional = both[n + i] as number;
      out[i] = unconditional + g * ((both[i] as number) - unconditional);
    }
    return out;
  };
}
