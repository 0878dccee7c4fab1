// This natural logarithm uses only operations whose rounding IEEE 754 defines, because ECMAScript leaves the
// last bits of Math.log to the engine. The method is that of FreeBSD's msun (fdlibm e_log.c, Sun Microsystems
// 1993). It reduces x to 2^k (1 + f) with sqrt(1/2) < 1 + f < sqrt(2). With s = f / (2 + f), it computes
//   log(1 + f) = f - s (f - R(s²))    (as f - (f²/2 - s (f²/2 + R))), R a minimax polynomial,
// and adds k log 2 in two parts. The first part has enough trailing zero bits that its product with k is exact.

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

const L1 = 0.6666666666666735;
const L2 = 0.3999999999940942;
const L3 = 0.2857142874366239;
const L4 = 0.22222198432149784;
const L5 = 0.1818357216161805;
const L6 = 0.15313837699209373;
const L7 = 0.14798198605116586;

const SQRT_HALF = Math.SQRT1_2;

// The reduction multiplies by powers of two, which is exact and does not depend on the byte order.
const DOUBLINGS = [512, 256, 128, 64, 32, 16, 8, 4, 2, 1].map((bits) => ({
  bits,
  up: 2 ** bits,
  down: 2 ** -bits,
}));

/**
 * Natural logarithm with an error below 1 ulp, and the same bits on every JavaScript engine.
 *
 * @param x any double; NaN below 0, -∞ at 0
 */
export function naturalLog(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;

  // 1. x = 2^k m, m in [sqrt(1/2), sqrt(2)).
  let m = x;
  let k = 0;
  if (m < SQRT_HALF) {
    // The loop below doubles at most 1023 times, which is not enough for subnormals.
    if (m < 2 ** -1022) {
      m *= 2 ** 54;
      k = -54;
    }
    for (const { bits, up, down } of DOUBLINGS) {
      if (m < SQRT_HALF * 2 * down) {
        m *= up;
        k -= bits;
      }
    }
    if (m < SQRT_HALF) {
      m *= 2;
      k -= 1;
    }
  } else {
    for (const { bits, up, down } of DOUBLINGS) {
      if (m >= SQRT_HALF * up) {
        m *= down;
        k += bits;
      }
    }
    if (m >= SQRT_HALF * 2) {
      m *= 0.5;
      k += 1;
    }
  }

  // 2. log m.
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = z * (L1 + w * (L3 + w * (L5 + w * L7)));
  const even = w * (L2 + w * (L4 + w * L6));
  const halfSquare = 0.5 * f * f;

  // 3. k log 2 + log m, small parts first.
  return k * LN2_HIGH - (halfSquare - (s * (halfSquare + odd + even) + k * LN2_LOW) - f);
}
