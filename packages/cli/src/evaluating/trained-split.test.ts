import type { JsonValue } from '@isonoise/bundle';
import { type Dataset, holdOut, padTo } from '@isonoise/data';
import { fillWords } from '@isonoise/random';
import { describe, expect, it } from 'vitest';
import { recordOf, sha256 } from '../training/data-file.ts';
import { loadedSize, splitAsTrained, type TrainedSplit, trainedSplit } from './trained-split.ts';

const COUNT = 60;
const words = new Uint32Array(COUNT);
fillWords(words, { seed: 5, image: 0, step: 0, purpose: 'dataOrder' });
const folder: Dataset = {
  name: 'photos',
  count: COUNT,
  shape: { channels: 1, height: 2, width: 2 },
  pixels: new Uint8Array(words.buffer),
};

/** Returns the split that a training on the folder with this padding records. */
function recorded(pad: number | null) {
  const parts = holdOut(pad === null ? folder : padTo(folder, pad), { share: 0.2 }, sha256);
  if (parts === null) throw new Error('nothing is held out');
  const split: TrainedSplit = {
    dataset: 'my/photos',
    images: parts.heldOut.count,
    limit: parts.limit,
    size: null,
    pad,
    background: null,
    take: null,
    sha256: recordOf(parts.training).sha256,
  };
  return { parts, split };
}

describe('splitAsTrained', () => {
  it.each([null, 4])('splits a folder in the same way as the training, with padding %s', (pad) => {
    const { parts, split } = recorded(pad);
    // The folder may have moved.
    for (const name of ['my/photos', 'moved'])
      expect(splitAsTrained(name, folder, split)).toEqual({ parts, note: null });
    expect(loadedSize(split, { width: 2, height: 2 })).toEqual(pad === null ? { width: 2, height: 2 } : null);
  });

  it('identifies the folder by the number of held-out images if the model does not record a SHA-256', () => {
    const { parts, split } = recorded(null);
    expect(splitAsTrained('moved', folder, { ...split, sha256: null })).toEqual({ parts, note: null });
  });

  it('reports missing held-out images', () => {
    const { split } = recorded(null);
    expect(splitAsTrained('photos', folder, { ...split, images: 13 }).note).toBe(
      'photos has 12 of the 13 held-out images of the training',
    );
  });

  it('splits a folder with the same name even if it has changed, and reports the change', () => {
    const { split } = recorded(null);
    const pixels = folder.pixels.with(0, folder.pixels[0] === 0 ? 1 : 0);
    const { parts, note } = splitAsTrained('my/photos', { ...folder, pixels }, split);
    expect(parts?.limit).toBe(split.limit);
    expect(note).toContain('my/photos has changed since the training');
    expect(note).toContain('the training held out 12');
  });

  it('does not split a different folder', () => {
    const { split } = recorded(null);
    const pixels = folder.pixels.map((value) => 255 - value);
    expect(splitAsTrained('others', { ...folder, pixels }, split)).toEqual({
      parts: null,
      note: 'others does not contain the training images, which were in my/photos; drawn images are compared with all its images, and none is held out',
    });
  });
});

describe('trainedSplit', () => {
  const bundle = (heldOut: JsonValue) => ({ manifest: { training: { dataset: 'my/photos', heldOut } } });

  it('reads the split of a model', () => {
    const { split } = recorded(null);
    expect(trainedSplit(bundle({ ...split }))).toEqual(split);
    const { images, limit } = split;
    expect(trainedSplit(bundle({ images, limit }))).toEqual({ ...split, sha256: null });
  });

  it('returns null for models without a split', () => {
    expect(trainedSplit({ manifest: { training: {} } })).toBeNull();
    for (const heldOut of [null, 3, [], { images: 3, limit: 'short' }])
      expect(trainedSplit(bundle(heldOut))).toBeNull();
    expect(trainedSplit(undefined)).toBeNull();
  });
});
