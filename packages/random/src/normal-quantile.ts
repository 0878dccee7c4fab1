// The method is routine PPND16 of Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution",
// Applied Statistics 37 (1988), with a relative error of about 1e-16. It is a rational function in each of three ranges
// and uses only +, -, *, /, sqrt and our logarithm, so the bits are the same on every engine. The coefficients are from
// the paper, rounded to doubles.
import { naturalLog } from './log.ts';

/** Coefficients of a polynomial, constant term first. */
type Coefficients = readonly [number, number, number, number, number, number, number, number];

// For |q| <= 0.425: polynomials in 0.425² - q².
const CENTRE_TOP: Coefficients = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
  67265.7709270087, 33430.57558358813, 2509.0809287301227,
];
const CENTRE_BOTTOM: Coefficients = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
  28729.085735721943, 5226.495278852854,
];
// For sqrt(-log p) <= 5: polynomials in sqrt(-log p) - 1.6.
const TAIL_TOP: Coefficients = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
  0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
];
const TAIL_BOTTOM: Coefficients = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
// For sqrt(-log p) > 5: polynomials in sqrt(-log p) - 5.
const FAR_TOP: Coefficients = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
];
const FAR_BOTTOM: Coefficients = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
  0.000018463183175100548, 1.421511758316446e-7, 2.0442631033899397e-15,
];

function polynomial(c: Coefficients, r: number): number {
  return ((((((c[7] * r + c[6]) * r + c[5]) * r + c[4]) * r + c[3]) * r + c[2]) * r + c[1]) * r + c[0];
}

/**
 * Quantile of the standard normal at p = 1/2 + q. The argument is q, not p, because a random word gives q exactly, and
 * because the result is then an exactly odd function of q.
 *
 * @param q in [-1/2, 1/2]
 * @returns z with Φ(z) = 1/2 + q; ±∞ at ±1/2, NaN beyond
 */
export function normalQuantile(q: number): number {
  // 1. The centre: 85 % of all draws, without a logarithm.
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRE_TOP, r)) / polynomial(CENTRE_BOTTOM, r);
  }
  return q < 0 ? -tail(0.5 + q) : tail(0.5 - q);
}

/** -z where Φ(z) = p, for p in [0, 0.075). */
function tail(p: number): number {
  if (p === 0) return Number.POSITIVE_INFINITY;
  const root = Math.sqrt(-naturalLog(p));
  // 2. 1.4e-11 <= p. Every tail value of a 32-bit word is in this range.
  if (root <= 5) return polynomial(TAIL_TOP, root - 1.6) / polynomial(TAIL_BOTTOM, root - 1.6);
  // 3. The far tail, for completeness.
  return polynomial(FAR_TOP, root - 5) / polynomial(FAR_BOTTOM, root - 5);
}
