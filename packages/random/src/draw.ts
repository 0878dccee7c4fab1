import { randomError } from './errors.ts';
import { fillWordsIn, type NoiseStream } from './noise-stream.ts';
import { normalQuantile } from './normal-quantile.ts';

// Words are made in pieces that fit the first-level cache. All functions here are synchronous and leave nothing in the
// scratch buffer, so one buffer is enough for the module.
const PIECE = 2048;
const scratch = new Uint32Array(PIECE);

/**
 * Fills `out` with standard normals, one random word each: z = Φ⁻¹((w + 1/2) / 2³²), in float64, rounded once to
 * float32. The values are symmetric about 0, with |z| <= 6.338, and have the same bits on every JavaScript engine.
 *
 * @param out any shape, filled in memory order
 * @throws `RANDOM_STREAM`, `RANDOM_SEED`
 */
export function fillNormals(out: Float32Array, stream: NoiseStream): void {
  for (let start = 0; start < out.length; start += PIECE) {
    const length = Math.min(PIECE, out.length - start);
    fillWordsIn(scratch, length, stream, start);
    for (let i = 0; i < length; i++) {
      // q = p - 1/2 is an odd multiple of 2^-33 with at most 33 bits, so it is exact.
      out[start + i] = normalQuantile(((scratch[i] as number) - 2147483647.5) * 2.3283064365386963e-10);
    }
  }
}

/**
 * Fills `out` with uniforms in [0, 1). They are multiples of 2⁻²⁴, which float32 represents exactly, so none rounds to 1.
 *
 * @param out any shape, filled in memory order
 * @throws `RANDOM_STREAM`, `RANDOM_SEED`
 */
export function fillUniforms(out: Float32Array, stream: NoiseStream): void {
  for (let start = 0; start < out.length; start += PIECE) {
    const length = Math.min(PIECE, out.length - start);
    fillWordsIn(scratch, length, stream, start);
    for (let i = 0; i < length; i++) out[start + i] = ((scratch[i] as number) >>> 8) * 5.9604644775390625e-8;
  }
}

/**
 * Fills `out` with independent yes/no decisions, two from each random word.
 *
 * @param out any shape; 1 with probability `keepProbability`, else 0
 * @param keepProbability in [0, 1]; rounded to a multiple of 1/65536, because 16 random bits decide
 * @throws `RANDOM_RANGE` if the probability is out of range; `RANDOM_STREAM`, `RANDOM_SEED`
 */
export function fillBernoulli(out: Uint8Array, keepProbability: number, stream: NoiseStream): void {
  if (!(keepProbability >= 0 && keepProbability <= 1)) {
    throw randomError(
      'RANDOM_RANGE',
      `fillBernoulli: keepProbability is ${keepProbability}; expected a number in [0, 1].`,
    );
  }
  const threshold = Math.round(keepProbability * 65536);
  for (let start = 0; start < out.length; start += 2 * PIECE) {
    const length = Math.min(2 * PIECE, out.length - start);
    fillWordsIn(scratch, (length + 1) >>> 1, stream, start >>> 1);
    for (let i = 0; i < length; i += 2) {
      const word = scratch[i >>> 1] as number;
      out[start + i] = (word & 0xffff) < threshold ? 1 : 0;
      if (i + 1 < length) out[start + i + 1] = word >>> 16 < threshold ? 1 : 0;
    }
  }
}
