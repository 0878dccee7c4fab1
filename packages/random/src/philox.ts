// Philox4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC'11, section
// 3.3. The generator is based on a counter: word i of any stream is a pure function of (counter, key),
// without state.

/** Four 32-bit words. */
export type PhiloxCounter = readonly [number, number, number, number];

/** Two 32-bit words. */
export type PhiloxKey = readonly [number, number];

const ROUNDS = 10;

// The multipliers 0xD2511F53 and 0xCD9E8D57, in halves. The high word of a 32x32-bit product is needed, but the product
// does not fit in a double (53 bits). Therefore four 16x16-bit products are used, each of which is one 32-bit integer
// multiplication.
const M0 = 0xd2511f53 | 0;
const M0_LOW = 0x1f53;
const M0_HIGH = 0xd251;
const M1 = 0xcd9e8d57 | 0;
const M1_LOW = 0x8d57;
const M1_HIGH = 0xcd9e;

// Weyl constants of the key schedule: the golden ratio and sqrt(3) - 1.
const W0 = 0x9e3779b9 | 0;
const W1 = 0xbb67ae85 | 0;

/**
 * Computes one block of Philox4x32-10: four 32-bit words from a counter and a key.
 *
 * @param counter four words, each in [0, 2³²)
 * @param key two words, each in [0, 2³²)
 * @returns `[4]` words
 */
export function philox4x32(counter: PhiloxCounter, key: PhiloxKey): Uint32Array {
  const out = new Uint32Array(4);
  fillPhilox(out, 0, 4, counter, key);
  return out;
}

/**
 * Fills `out[offset .. offset + length)` with consecutive blocks: counter, counter + 1, … Only the first word of the
 * counter advances. The last block may be used in part.
 *
 * @param length number of words; at most 2³⁴ fit before the first counter word wraps
 */
export function fillPhilox(
  out: Uint32Array,
  offset: number,
  length: number,
  counter: PhiloxCounter,
  key: PhiloxKey,
): void {
  const key0 = key[0] | 0;
  const key1 = key[1] | 0;
  const end = offset + length;
  let block = counter[0] | 0;
  for (let at = offset; at < end; at += 4) {
    let c0 = block;
    let c1 = counter[1] | 0;
    let c2 = counter[2] | 0;
    let c3 = counter[3] | 0;
    let k0 = key0;
    let k1 = key1;
    for (let round = 0; round < ROUNDS; round++) {
      // (high0, low0) = M0 · c0, schoolbook in base 2^16; no partial sum reaches 2^32.
      const a = c0 & 0xffff;
      const b = c0 >>> 16;
      const midA = (Math.imul(M0_HIGH, a) + (Math.imul(M0_LOW, a) >>> 16)) | 0;
      const midB = (Math.imul(M0_LOW, b) + (midA & 0xffff)) | 0;
      const high0 = (Math.imul(M0_HIGH, b) + (midA >>> 16) + (midB >>> 16)) | 0;
      const low0 = Math.imul(M0, c0);
      // (high1, low1) = M1 · c2
      const c = c2 & 0xffff;
      const d = c2 >>> 16;
      const midC = (Math.imul(M1_HIGH, c) + (Math.imul(M1_LOW, c) >>> 16)) | 0;
      const midD = (Math.imul(M1_LOW, d) + (midC & 0xffff)) | 0;
      const high1 = (Math.imul(M1_HIGH, d) + (midC >>> 16) + (midD >>> 16)) | 0;
      const low1 = Math.imul(M1, c2);
      c0 = high1 ^ c1 ^ k0;
      c1 = low1;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 = (k0 + W0) | 0;
      k1 = (k1 + W1) | 0;
    }
    out[at] = c0;
    if (at + 1 < end) out[at + 1] = c1;
    if (at + 2 < end) out[at + 2] = c2;
    if (at + 3 < end) out[at + 3] = c3;
    block = (block + 1) | 0;
  }
}
