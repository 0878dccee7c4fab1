import { createHash } from 'node:crypto';
import { fillWords } from '@isonoise/random';
import { describe, expect, it } from 'vitest';
import type { Dataset } from './dataset.ts';
import { defaultHoldout, type HeldOut, holdOut } from './holdout.ts';
import { subset } from './subset.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Creates random images of two rows of pixels, with names. Successive images have successive classes. */
function images(count: number, classes = 4): Dataset {
  const words = new Uint32Array(count);
  fillWords(words, { seed: 5, image: 0, step: 0, purpose: 'dataOrder' });
  return {
    name: 'set',
    count,
    shape: { channels: 1, height: 2, width: 2 },
    pixels: new Uint8Array(words.buffer),
    labels: Int32Array.from({ length: count }, (_, i) => i % classes),
    classNames: Array.from({ length: classes }, (_, c) => `class ${c}`),
    files: Array.from({ length: count }, (_, i) => `${i}.png`),
  };
}

function split(dataset: Dataset, rule: Parameters<typeof holdOut>[1]): HeldOut {
  const parts = holdOut(dataset, rule, sha256);
  if (parts === null) throw new Error('nothing is held out');
  return parts;
}

const filesOf = ({ files = [] }: Dataset): readonly string[] => files.toSorted();

describe('holdOut', () => {
  it('holds out the given share, and puts each image with its class on exactly one side', () => {
    const set = images(1586);
    const { training, heldOut, keys } = split(set, { share: 0.1 });
    expect([training.count, heldOut.count, keys.length]).toEqual([1427, 159, 159]);
    expect([...filesOf(training), ...filesOf(heldOut)].sort()).toEqual(filesOf(set));
    for (const part of [training, heldOut])
      part.files?.forEach((file, i) => {
        expect(part.labels?.[i]).toBe(Number.parseInt(file, 10) % 4);
      });
    expect(keys.length).toBe(new Set(keys).size);
  });

  it('does not depend on the order of the images', () => {
    const set = images(300);
    const order = Array.from({ length: 300 }, (_, i) => 299 - i);
    const reversed: Dataset = {
      ...set,
      pixels: Uint8Array.from(
        { length: 1200 },
        (_, i) => set.pixels[4 * (order[i >> 2] ?? 0) + (i & 3)] ?? 0,
      ),
      labels: Int32Array.from(order, (i) => i % 4),
      files: order.map((i) => `${i}.png`),
    };
    expect(filesOf(split(reversed, { share: 0.2 }).heldOut)).toEqual(
      filesOf(split(set, { share: 0.2 }).heldOut),
    );
  });

  it('keeps each image on its side if images are added and the earlier limit is passed', () => {
    const before = split(images(400), { share: 0.1 });
    const after = split(images(900), { limit: before.limit });
    expect(filesOf(after.training)).toEqual(expect.arrayContaining([...filesOf(before.training)]));
    expect(filesOf(after.heldOut)).toEqual(expect.arrayContaining([...filesOf(before.heldOut)]));
    // A new split of the larger set has a slightly different limit, so few images change sides.
    const again = new Set(filesOf(split(images(900), { share: 0.1 }).heldOut));
    expect(filesOf(before.heldOut).filter((file) => !again.has(file)).length).toBeLessThan(8);
  });

  it('puts all copies of an image on the same side', () => {
    const set = images(200, 1);
    const copied = set.pixels.slice(0, 4);
    for (let i = 0; i < 50; i++) set.pixels.set(copied, 4 * i);
    const { training, heldOut } = split(set, { share: 0.5 });
    const copies = (part: Dataset): number =>
      filesOf(part).filter((file) => Number.parseInt(file, 10) < 50).length;
    expect([copies(training), copies(heldOut)].sort((a, b) => a - b)).toEqual([0, 50]);
  });

  it('puts copies in different classes on the same side, even if one copy must be a training image', () => {
    const set = images(120, 60);
    const keyOf = ({ pixels }: Dataset, i: number): string => sha256(pixels.slice(4 * i, 4 * i + 4));
    // The two images of the last class are copies of the image of class 0 that can be held out.
    const [copied = 0] = [0, 60].sort((a, b) => (keyOf(set, a) < keyOf(set, b) ? -1 : 1));
    for (const copy of [59, 119]) set.pixels.set(set.pixels.slice(4 * copied, 4 * copied + 4), 4 * copy);
    const { training, heldOut } = split(set, { share: 0.99 });
    const keysOf = (part: Dataset): readonly string[] =>
      Array.from({ length: part.count }, (_, i) => keyOf(part, i));
    const trained = new Set(keysOf(training));
    expect(keysOf(heldOut).filter((key) => trained.has(key))).toEqual([]);
    expect(new Set(training.labels).size).toBe(60);
  });

  it('leaves at least one image of each class for training', () => {
    const { training } = split(images(120, 60), { share: 0.9 });
    expect(new Set(training.labels).size).toBe(60);
  });

  it('returns null for a share of 0 or of less than half an image, and refuses shares outside [0, 1)', () => {
    const set = images(8);
    expect(holdOut(set, { share: 0 }, sha256)).toBeNull();
    expect(holdOut(set, { share: 0.05 }, sha256)).toBeNull();
    expect(holdOut(subset(set, 1), { share: 0.9 }, sha256)).toBeNull();
    for (const share of [1, -0.1, Number.NaN])
      expect(() => holdOut(set, { share }, sha256)).toThrow('expected a number in [0, 1)');
  });
});

it('defaultHoldout is a tenth for 200 or more images, otherwise 0', () => {
  expect([199, 200, 1586].map(defaultHoldout)).toEqual([0, 0.1, 0.1]);
});
