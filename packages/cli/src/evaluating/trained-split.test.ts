import type { JsonValue } from '@isonoise/bundle';
import { type Dataset, holdOut, padTo } from '@isonoise/data';
import { fillWords } from '@isonoise/random';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../training/data-file.ts';
import { loadedSize, splitAsTrained, trainedSplit } from './trained-split.ts';

const COUNT = 60;
const words = new Uint32Array(COUNT);
fillWords(words, { seed: 5, image: 0, step: 0, purpose: 'dataOrder' });
const folder: Dataset = {
  name: 'photos',
  count: COUNT,
  shape: { channels: 1, height: 2, width: 2 },
  pixels: new Uint8Array(words.buffer),
};

/** The recorded split of a training on the folder with this padding. */
function recorded(pad: number | null) {
  const parts = holdOut(pad === null ? folder : padTo(folder, pad), { share: 0.2 }, sha256);
  if (parts === null) throw new Error('nothing is held out');
  return {
    parts,
    split: { images: parts.heldOut.count, limit: parts.limit, size: null, pad, background: null },
  };
}

describe('splitAsTrained', () => {
  it.each([null, 4])('splits a folder, padded to %s, as the training did', (pad) => {
    const { parts, split } = recorded(pad);
    expect(splitAsTrained(folder, split)).toEqual({ parts, note: null });
    expect(loadedSize(split, 2)).toBe(pad === null ? 2 : undefined);
  });

  it('notes that the folder has changed', () => {
    const { split } = recorded(null);
    const { note } = splitAsTrained(folder, { ...split, images: 13 });
    expect(note).toContain('photos has 12 held-out images, but 13 were held out of the training');
  });
});

describe('trainedSplit', () => {
  const bundle = (heldOut: JsonValue) => ({ manifest: { training: { heldOut } } });

  it('reads the split of a model', () => {
    const { split } = recorded(null);
    expect(trainedSplit(bundle(split))).toEqual(split);
  });

  it('is null for models without a split', () => {
    expect(trainedSplit({ manifest: { training: {} } })).toBeNull();
    for (const heldOut of [null, 3, [], { images: 3, limit: 'short' }])
      expect(trainedSplit(bundle(heldOut))).toBeNull();
    expect(trainedSplit(undefined)).toBeNull();
  });
});
