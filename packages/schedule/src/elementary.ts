// exp, log and cos use only operations that IEEE 754 defines to the last bit. ECMAScript leaves the last bits of Math.exp,
// Math.log and Math.cos to the engine, so a schedule computed with them would give different images on different engines.
// The functions run only a few thousand times per schedule, so they are simple series that are not optimized for speed.

const LN2_HIGH = 0.6931471803691238; // 33 leading bits of log 2: products with small integers are exact
const LN2_LOW = 1.9082149292705877e-10;

/**
 * e^x with an error of about 1 ulp for |x| <= 700; 0 or ∞ beyond the range of doubles.
 *
 * x = k log 2 + r, |r| <= log 2 / 2; Taylor series of e^r, smallest term first.
 */
export function exp(x: number): number {
  if (x > 710) return Number.POSITIVE_INFINITY;
  if (x < -746) return 0;
  const k = Math.round(x / Math.LN2);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  // r^18 / 18! < 1e-24.
  let sum = 1;
  for (let n = 18; n >= 1; n--) sum = 1 + (sum * r) / n;
  return scaleByPowerOfTwo(sum, k);
}

const SMALLEST_NORMAL = 2 ** -1022;

/**
 * Natural logarithm with an error of about 1 ulp. 0 gives -∞, ∞ gives ∞, negative numbers and NaN give NaN.
 *
 * x = 2^k m, m in [sqrt(1/2), sqrt(2)); log m = 2 artanh s, s = (m - 1) / (m + 1), |s| < 0.172.
 */
export function log(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (!(x > 0)) return Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  // A subnormal number has no exponent in its bits: scale it to a normal number first.
  let { m, k } = x < SMALLEST_NORMAL ? split(x * 2 ** 54, -54) : split(x, 0);
  if (m >= Math.SQRT2) {
    m /= 2;
    k++;
  }
  const s = (m - 1) / (m + 1);
  const z = s * s;
  // s^26 / 27 < 1e-21.
  let sum = 0;
  for (let n = 25; n >= 3; n -= 2) sum = z * (1 / n + sum);
  return k * LN2_HIGH + (2 * s + (2 * s * sum + k * LN2_LOW));
}

/**
 * cos(π/2 · u) with an error of about 1 ulp, for u in [0, 1]. The argument is in quarter turns, so no rounded π is
 * subtracted: above u = 1/2, the result is sin(π/2 · (1 - u)), where 1 - u is exact. At u = 1 it is exactly 0.
 */
export function cosQuarterTurns(u: number): number {
  return u <= 0.5 ? cosSeries((Math.PI / 2) * u) : sinSeries((Math.PI / 2) * (1 - u));
}

/** sin(π/2 · u) with an error of about 1 ulp, for u in [0, 1], small u included. */
export function sinQuarterTurns(u: number): number {
  return u <= 0.5 ? sinSeries((Math.PI / 2) * u) : cosSeries((Math.PI / 2) * (1 - u));
}

/**
 * The angle whose tangent is y / x, in quarter turns: 2/π · atan(y / x) with an error of a few ulp, for x and y that are
 * not negative and not both 0.
 */
export function quarterTurnsOf(y: number, x: number): number {
  if (y > x) return 1 - quarterTurnsOf(x, y);
  // atan v = 4 atan w with tan halved twice: w <= tan(π/16) < 0.2.
  const w = halfTangent(halfTangent(y / x));
  const z = w * w;
  // w^27 / 27 < 1e-20.
  let sum = 0;
  for (let n = 25; n >= 1; n -= 2) sum = 1 / n - z * sum;
  return (8 / Math.PI) * w * sum;
}

/** tan(a / 2) of a = atan v. */
const halfTangent = (v: number): number => v / (1 + Math.sqrt(1 + v * v));

function cosSeries(a: number): number {
  const z = a * a;
  let sum = 1; // a^22 / 22! < 1e-23 at π/4
  for (let n = 20; n >= 2; n -= 2) sum = 1 - (sum * z) / (n * (n - 1));
  return sum;
}

function sinSeries(a: number): number {
  const z = a * a;
  let sum = 1;
  for (let n = 21; n >= 3; n -= 2) sum = 1 - (sum * z) / (n * (n - 1));
  return a * sum;
}

const bits = new DataView(new ArrayBuffer(8));

/** Splits a normal x > 0 into 2^k m with m in [1, 2), by its bits; `add` is added to k. */
function split(x: number, add: number): { m: number; k: number } {
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  // Replace the eleven exponent bits by those of 2^0.
  bits.setUint32(0, (high & 0x000fffff) | 0x3ff00000);
  return { m: bits.getFloat64(0), k: (high >>> 20) - 1023 + add };
}

/** @param k an integer from -1077 to 1025, the range that {@link exp} uses */
function scaleByPowerOfTwo(value: number, k: number): number {
  let scaled = value;
  for (let i = k; i > 0; i--) scaled *= 2;
  for (let i = k; i < 0; i++) scaled /= 2;
  return scaled;
}
