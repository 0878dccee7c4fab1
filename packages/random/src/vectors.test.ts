// Compares our numbers with the vectors of docs/formats.md. docs/examples/python/vectors.py computes them with numpy.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fillBernoulli, fillNormals, fillUniforms } from './draw.ts';
import { permutation, uniformIntegers } from './integers.ts';
import { naturalLog } from './log.ts';
import { fillWords, type NoiseStream, type Purpose, purposes } from './noise-stream.ts';
import { normalQuantile } from './normal-quantile.ts';
import { type PhiloxCounter, type PhiloxKey, philox4x32 } from './philox.ts';

interface Stream {
  readonly seed: string;
  readonly image: number;
  readonly step: number;
  readonly purpose: number;
  readonly draw: number;
}

interface Vectors {
  readonly philox: readonly { counter: PhiloxCounter; key: PhiloxKey; words: readonly number[] }[];
  readonly words: readonly (Stream & { words: readonly number[] })[];
  readonly log: readonly (readonly [x: number, log: number])[];
  readonly normalsOfWords: readonly (readonly [word: number, normal: number])[];
  readonly normals: readonly (Stream & { count: number; first: readonly number[]; sha256: string })[];
  readonly uniforms: Stream & { values: readonly number[] };
  readonly decisions: Stream & { probability: number; values: readonly number[] };
  readonly integers: readonly (Stream & { below: number; values: readonly number[] })[];
  readonly permutation: Stream & { order: readonly number[] };
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../../docs/examples/testdata/vectors.json', import.meta.url), 'utf8'),
);

function streamOf({ seed, purpose, ...numbers }: Stream): NoiseStream {
  const name = (Object.keys(purposes) as Purpose[]).find((each) => purposes[each] === purpose);
  if (name === undefined)
    throw new Error(`purpose is ${purpose}; expected one of ${Object.values(purposes).join(', ')}`);
  const { image, step, draw } = numbers;
  return { seed: BigInt(seed), image, step, draw, purpose: name };
}

/** Fills `out` with `fill` and returns it. */
function filled<T>(out: T, fill: (out: T) => void): T {
  fill(out);
  return out;
}

describe('the vectors of docs/formats.md equal', () => {
  it('our words of Philox and of streams', () => {
    for (const { counter, key, words } of vectors.philox)
      expect([...philox4x32(counter, key)]).toEqual(words);
    for (const { words, ...stream } of vectors.words) {
      expect([...filled(new Uint32Array(words.length), (out) => fillWords(out, streamOf(stream)))]).toEqual(
        words,
      );
    }
  });

  it('our logarithms, and our normals from single words', () => {
    for (const [x, log] of vectors.log) expect(naturalLog(x)).toBe(log);
    for (const [word, normal] of vectors.normalsOfWords) {
      expect(Math.fround(normalQuantile((word - 2147483647.5) / 2 ** 32))).toBe(normal);
    }
  });

  it.each(vectors.normals)('our normals of stream %#', (each) => {
    const normals = filled(new Float32Array(each.count), (out) => fillNormals(out, streamOf(each)));
    expect([...normals.subarray(0, each.first.length)]).toEqual(each.first);
    // The recorded hash is that of little-endian values, so this test needs a little-endian machine.
    expect(createHash('sha256').update(normals).digest('hex')).toBe(each.sha256);
  });

  it('our uniforms, decisions, integers and permutation', () => {
    const { uniforms, decisions, permutation: order } = vectors;
    const values = filled(new Float32Array(uniforms.values.length), (out) =>
      fillUniforms(out, streamOf(uniforms)),
    );
    expect([...values]).toEqual(uniforms.values);
    const kept = filled(new Uint8Array(decisions.values.length), (out) =>
      fillBernoulli(out, decisions.probability, streamOf(decisions)),
    );
    expect([...kept]).toEqual(decisions.values);
    for (const { below, values: drawn, ...stream } of vectors.integers) {
      expect([...uniformIntegers(drawn.length, below, streamOf(stream))]).toEqual(drawn);
    }
    expect([...permutation(order.order.length, streamOf(order))]).toEqual(order.order);
  });
});
