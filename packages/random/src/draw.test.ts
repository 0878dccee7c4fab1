import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fillBernoulli, fillNormals, fillUniforms } from './draw.ts';
import type { NoiseStream } from './noise-stream.ts';

interface Reference {
  readonly stream: Omit<NoiseStream, 'seed'> & { readonly seed: string; readonly bits: readonly number[] };
}
const reference = JSON.parse(
  readFileSync(new URL('../testdata/reference.json', import.meta.url), 'utf8'),
) as Reference;

const N = 1_000_000;
const stream: NoiseStream = { seed: 42, image: 0, step: 0, purpose: 'initialNoise' };

// FNV-1a hash of the bits of the million float32 normals below. It must never change.
const PINNED_HASH = 3907378932;

function normals(n: number, changed: Partial<NoiseStream> = {}): Float32Array {
  const out = new Float32Array(n);
  fillNormals(out, { ...stream, ...changed });
  return out;
}

/**
 * Computes Φ(z) by the series Φ(z) = 1/2 + φ(z) (z + z³/3 + z⁵/(3·5) + …). All terms have the same sign. The series is
 * independent of the rational functions of AS241.
 */
function normalCdf(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * z * z) * 0.3989422804014327;
}

describe('fillNormals', () => {
  const z = normals(N);

  it('has the moments of a standard normal', () => {
    const moment = (k: number): number => z.reduce((sum, value) => sum + value ** k, 0) / N;
    // Each bound is five standard errors: sqrt(var(z^k) / N) with var = 1, 2, 15, 96.
    expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(1 / N));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / N));
    expect(Math.abs(moment(3))).toBeLessThan(5 * Math.sqrt(15 / N));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / N));
  });

  it('passes Kolmogorov-Smirnov on 10^6 draws', () => {
    const sorted = z.slice().sort();
    let distance = 0;
    sorted.forEach((value, i) => {
      const p = normalCdf(value);
      distance = Math.max(distance, (i + 1) / N - p, p - i / N);
    });
    // P(sqrt(N) D > 1.95) = 2 exp(-2 · 1.95²) = 0.001. The seed is fixed, so the result never changes.
    expect(Math.sqrt(N) * distance).toBeLessThan(1.95);
  });

  it('has no correlation between neighbours, images, steps, purposes and seeds', () => {
    const n = 100_000;
    const correlation = (a: Float32Array, b: Float32Array): number =>
      a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0) / n;
    const base = normals(n);
    const bound = 5 / Math.sqrt(n); // five standard errors of the mean of products
    for (const lag of [1, 2, 3, 4, 28, 784]) {
      expect(Math.abs(correlation(base, z.subarray(lag, lag + n)))).toBeLessThan(bound);
    }
    for (const changed of [{ image: 1 }, { step: 1 }, { purpose: 'stepNoise' }, { seed: 43 }] as const) {
      expect(Math.abs(correlation(base, normals(n, changed)))).toBeLessThan(bound);
    }
  });

  it('returns the recorded bits in every engine and release', () => {
    const { bits, seed, image, step, purpose } = reference.stream;
    const out = normals(bits.length, { seed: BigInt(seed), image, step, purpose });
    // Rounding to float32 hides the error of AS241, because none of these quantiles is closer to a tie than this error.
    expect([...new Uint32Array(out.buffer)]).toEqual(bits);
    // A hash of the million draws changes with any bit.
    const words = new Uint32Array(z.buffer);
    expect(words.reduce((hash, word) => Math.imul(hash ^ word, 0x01000193) >>> 0, 0x811c9dc5)).toBe(
      PINNED_HASH,
    );
  });

  it('fills a shorter array with the first numbers of a longer one', () => {
    for (const n of [1, 3, 2047, 2048, 2049, 5000]) expect(normals(n)).toEqual(z.slice(0, n));
  });
});

describe('fillUniforms', () => {
  it('is uniform on [0, 1)', () => {
    const out = new Float32Array(N);
    fillUniforms(out, stream);
    const sorted = out.slice().sort();
    expect(sorted[0]).toBeGreaterThanOrEqual(0);
    expect(sorted[N - 1]).toBeLessThan(1);
    let distance = 0;
    sorted.forEach((p, i) => {
      distance = Math.max(distance, (i + 1) / N - p, p - i / N);
    });
    expect(Math.sqrt(N) * distance).toBeLessThan(1.95); // as above
  });
});

describe('fillBernoulli', () => {
  const decisions = (n: number, p: number): Uint8Array => {
    const out = new Uint8Array(n).fill(9);
    fillBernoulli(out, p, { ...stream, purpose: 'dropout' });
    return out;
  };

  it.each([0.1, 0.5, 0.9])('writes 1 to a share of %d of the elements', (p) => {
    const out = decisions(N, p);
    expect(new Set(out)).toEqual(new Set([0, 1]));
    const share = out.reduce((sum, keep) => sum + keep, 0) / N;
    // The tolerance is five standard errors plus half a step of 1/65536.
    expect(Math.abs(share - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / N) + 0.5 / 65536);
  });

  it('writes only 1 for probability 1, and only 0 for probability 0', () => {
    expect(decisions(10_001, 1).every((keep) => keep === 1)).toBe(true);
    expect(decisions(10_001, 0).every((keep) => keep === 0)).toBe(true);
  });

  it('fills a shorter array with the first decisions of a longer one', () => {
    const long = decisions(10_000, 0.5);
    for (const n of [1, 2, 7, 4095, 4096, 4097, 8193]) expect(decisions(n, 0.5)).toEqual(long.slice(0, n));
  });

  it('refuses a value that is not a probability', () => {
    for (const p of [-0.1, 1.1, Number.NaN]) {
      expect(() => decisions(4, p)).toThrow(expect.objectContaining({ code: 'RANDOM_RANGE' }));
    }
  });
});
