import { expect, it } from 'vitest';
import { closestPairs } from './pairs.ts';
import { pairsPicture } from './pairs-picture.ts';

it('closestPairs sorts by distance, then by image', () => {
  const nearest = { rows: Uint32Array.of(5, 6, 7, 8), distances: Float64Array.of(2, 1, 3, 1) };
  expect(closestPairs(nearest, 3)).toEqual([
    { image: 1, row: 6, distance: 1 },
    { image: 3, row: 8, distance: 1 },
    { image: 0, row: 5, distance: 2 },
  ]);
});

it('pairsPicture shows both images of each pair, with distances and titles', () => {
  const image = (value: number) => new Uint8Array(4).fill(value);
  const shown = (distance: number) => ({ drawn: image(9), training: image(8), distance });
  const svg = pairsPicture(
    [
      { title: 'by pixels', pairs: [shown(1.25), shown(2)] },
      { title: 'by features', pairs: [shown(0.5)] },
    ],
    { channels: 1, height: 2, width: 2 },
  );
  expect(svg.match(/<image /g)).toHaveLength(6);
  for (const text of ['by pixels', 'by features', '1.25', '2.00', '0.50', 'drawn', 'training']) {
    expect(svg).toContain(`>${text}</text>`);
  }
  expect(svg).not.toMatch(/NaN|undefined/);
});
