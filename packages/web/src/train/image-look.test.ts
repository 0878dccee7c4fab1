import type { Dataset } from '@isonoise/data';
import { expect, it } from 'vitest';
import { describeImages } from './image-look.ts';

const dataset: Dataset = {
  name: 'pets',
  count: 50,
  shape: { channels: 1, height: 1, width: 2 },
  pixels: Uint8Array.from({ length: 100 }, (_, i) => i),
  labels: Int32Array.from({ length: 50 }, (_, i) => (i < 30 ? 0 : 1)),
  classNames: ['cat', 'dog'],
};

it('describeImages counts classes, and takes thumbnails from the whole set', () => {
  const look = describeImages({ dataset, notes: ['a note'], warnings: [] }, ['advice']);
  expect(look).toMatchObject({
    count: 50,
    bytes: 100,
    classes: [
      { name: 'cat', count: 30 },
      { name: 'dog', count: 20 },
    ],
    tags: null,
    notes: ['a note'],
    advice: ['advice'],
  });
  expect(look.thumbnails.shape).toEqual([24, 1, 1, 2]);
  // The first image, and image ⌊23 · 50 / 24⌋ = 47.
  expect([...look.thumbnails.bytes.slice(0, 2), ...look.thumbnails.bytes.slice(-2)]).toEqual([0, 1, 94, 95]);
});

it('describeImages counts tags, the most common first', () => {
  const { labels, classNames, ...rest } = dataset;
  const tags = {
    names: ['red', 'round'],
    offsets: Uint32Array.from({ length: 51 }, (_, i) => Math.min(i, 3)),
    indices: Uint16Array.of(0, 1, 0),
  };
  expect(describeImages({ dataset: { ...rest, tags }, notes: [], warnings: [] }, [])).toMatchObject({
    classes: null,
    tags: [
      { name: 'red', count: 2 },
      { name: 'round', count: 1 },
    ],
  });
});
