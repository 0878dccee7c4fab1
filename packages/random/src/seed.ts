import { showValue } from '@isonoise/error';
import { randomError } from './errors.ts';
import type { PhiloxKey } from './philox.ts';

const TWO_32 = 4294967296;
const TWO_64 = 18446744073709551616n;

/**
 * Parses a seed from a user or a file.
 *
 * @param value a non-negative safe integer, a bigint in [0, 2⁶⁴), or one of these in decimal digits
 * @returns the seed; write it as `String(seed)`, which this function reads back
 * @throws `RANDOM_SEED` for everything else; a seed is never rounded, wrapped or hashed
 */
export function parseSeed(value: unknown): bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  if (typeof value === 'bigint' && value >= 0n && value < TWO_64) return value;
  // 20 digits hold 2^64 - 1.
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) {
    const seed = BigInt(value);
    if (seed < TWO_64) return seed;
  }
  const got = typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : showValue(value);
  throw randomError(
    'RANDOM_SEED',
    `seed: got ${got} (${typeof value}); expected an integer in [0, 2^64): a safe integer, a bigint or decimal digits.`,
  );
}

/** Converts a seed to a Philox key: `[low word, high word]`. */
export function seedKey(seed: number | bigint): PhiloxKey {
  if (typeof seed === 'number' && Number.isSafeInteger(seed) && seed >= 0) {
    return [seed >>> 0, Math.floor(seed / TWO_32)];
  }
  const whole = parseSeed(seed);
  return [Number(whole & 0xffffffffn), Number(whole >> 32n)];
}
