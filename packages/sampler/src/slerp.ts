import { quarterTurnsOf, sinQuarterTurns } from '@isonoise/schedule';
import { samplerError } from './errors.ts';

/**
 * Interpolates between two arrays of noise along the great circle through them (Shoemake 1985): sin((1 − s) θ) / sin θ
 * · a + sin(s θ) / sin θ · b, with the angle θ between them. Unlike a straight line, it keeps the length of noise,
 * which networks expect. It uses only operations that give the same bits on every engine.
 *
 * @param share s in [0, 1]; 0 gives `a` and 1 gives `b`, bit for bit
 * @returns a new array
 * @throws `SAMPLER_REQUEST` if the arrays have different lengths, or the share is out of range
 */
export function slerp(a: Float32Array, b: Float32Array, share: number): Float32Array {
  if (a.length !== b.length) {
    throw samplerError(
      'SAMPLER_REQUEST',
      `slerp: the arrays have ${a.length} and ${b.length} values; expected equal numbers.`,
    );
  }
  if (!(share >= 0 && share <= 1))
    throw samplerError('SAMPLER_REQUEST', `slerp: share is ${share}; expected a number from 0 to 1.`);
  if (share === 0) return a.slice();
  if (share === 1) return b.slice();
  const [ofA, ofB] = factors(a, b, share);
  return a.map((value, i) => ofA * value + ofB * (b[i] as number));
}

/** The factors of both arrays. */
function factors(a: Float32Array, b: Float32Array, share: number): readonly [number, number] {
  let [aa, bb, ab] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  const length = Math.sqrt(aa * bb);
  const cosine = length === 0 ? 1 : Math.min(1, Math.max(-1, ab / length));
  const sine = Math.sqrt((1 - cosine) * (1 + cosine));
  // Arrays of equal or opposite direction, and arrays of zeros, do not determine a great circle. They are interpolated
  // along a straight line.
  if (sine < 1e-6) return [1 - share, share];
  const acute = quarterTurnsOf(sine, Math.abs(cosine));
  const angle = cosine >= 0 ? acute : 2 - acute;
  const sineOf = (turns: number): number => sinQuarterTurns(turns <= 1 ? turns : 2 - turns);
  return [sineOf((1 - share) * angle) / sine, sineOf(share * angle) / sine];
}
