import { describe, expect, it } from 'vitest';
import type { Condition } from './condition.ts';
import type { Denoiser } from './denoiser.ts';
import { guided } from './guided.ts';

describe('guided', () => {
  /** Two values per image. The output shows label, timestep and x separately, exactly in float32. */
  const network: Denoiser = async (x, t, labels) =>
    x.map((value, i) => value + 16 * (labels?.[i >> 1] ?? -1) + (t[i >> 1] ?? 0) / 4);
  const x = Float32Array.of(1, 2, 3, 4);
  const t = Float32Array.of(8, 20);
  const labels = Int32Array.of(1, 3);

  it('returns unconditional + g (conditional - unconditional)', async () => {
    const out = await guided(network, { guidance: 2.5, nullClass: 10 })(x, t, labels);
    // x + t/4 + 16 (10 + 2.5 (label - 10))
    const label = (c: number): number => 16 * (10 + 2.5 * (c - 10));
    expect([...out]).toEqual([1 + 2 + label(1), 2 + 2 + label(1), 3 + 5 + label(3), 4 + 5 + label(3)]);
  });

  it('calls the network once with twice the batch, and does not change its inputs', async () => {
    const calls: { x: Float32Array; t: Float32Array; labels: Condition | undefined }[] = [];
    const watched: Denoiser = async (x, t, labels) => {
      calls.push({ x, t, labels });
      return x.slice();
    };
    const before = [x.slice(), t.slice(), labels.slice()];
    await guided(watched, { guidance: 4, nullClass: 10 })(x, t, labels);
    expect(calls).toEqual([
      {
        x: Float32Array.of(1, 2, 3, 4, 1, 2, 3, 4),
        t: Float32Array.of(8, 20, 8, 20),
        labels: Int32Array.of(1, 3, 10, 10),
      },
    ]);
    expect([x, t, labels]).toEqual(before);
  });

  it('returns the network itself for scale 1, and the output for the null class for scale 0', async () => {
    expect(guided(network, { guidance: 1, nullClass: 10 })).toBe(network);
    expect(await guided(network, { guidance: 0, nullClass: 10 })(x, t, labels)).toEqual(
      await network(x, t, Int32Array.of(10, 10)),
    );
  });

  it('refuses missing labels, invalid scales and wrong sizes', async () => {
    const refused = expect.objectContaining({ code: 'SAMPLER_REQUEST' });
    await expect(guided(network, { guidance: 2, nullClass: 10 })(x, t)).rejects.toThrow(refused);
    expect(() => guided(network, { guidance: Number.NaN, nullClass: 10 })).toThrow(refused);
    expect(() => guided(network, { guidance: 2, nullClass: 0.5 })).toThrow(refused);
    for (const [labels, found] of [
      [Int32Array.of(1), '1 label'],
      [Int32Array.of(1, 2, 3), '3 labels'],
    ] as const) {
      await expect(guided(network, { guidance: 2, nullClass: 10 })(x, t, labels)).rejects.toThrow(
        `got ${found} for 2 images`,
      );
    }
    const short: Denoiser = async (x) => x.slice(1);
    await expect(guided(short, { guidance: 2, nullClass: 10 })(x, t, labels)).rejects.toThrow(
      expect.objectContaining({ code: 'SAMPLER_OUTPUT' }),
    );
  });
});
