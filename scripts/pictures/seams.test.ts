import { expect, it } from 'vitest';
import { measureSeams } from './seams.ts';
import { drawStones } from './stones.ts';

/** Returns the square at the top left corner of a picture, as `[1, 3, side, side]`. */
function planes({ data, width }: ReturnType<typeof drawStones>, side: number) {
  const pixels = Uint8Array.from(
    { length: 3 * side * side },
    (_, i) =>
      data[
        3 * (Math.floor((i % side ** 2) / side) * width + (i % side)) + Math.floor(i / side ** 2)
      ] as number,
  );
  return { name: 'stones', count: 1, shape: { channels: 3, height: side, width: side }, pixels };
}

it('a whole texture of stones has edges like its inside, and a part of the texture does not', () => {
  const stones = drawStones(256, 0);
  const whole = measureSeams(planes(stones, 256), 4);
  // One picture has two edges, so the ratio varies between textures, here from 1 to 1.26.
  expect(whole.ratio).toBeGreaterThan(0.8);
  expect(whole.ratio).toBeLessThan(1.4);
  const part = measureSeams(planes(stones, 100), 4);
  expect(part.ratio).toBeGreaterThan(2);
  expect(part.visible).toBe(1);
});

it('measureSeams compares the edges with the whole inside, and with columns at multiples of the period', () => {
  // Neighbouring columns differ by 1, but by 3 at every fourth column and at the edge.
  const row = [0, 1, 2, 3, 6, 5, 4, 3];
  const image = Uint8Array.from([...row, ...row]);
  const measured = measureSeams(
    { name: 'test', count: 1, shape: { channels: 1, height: 2, width: 8 }, pixels: image },
    4,
  );
  // All rows are equal, so the ratio of the rows is 0 ÷ 0.
  expect(measured.ratio).toBeNaN();
  const wide = measureSeams(
    { name: 'test', count: 1, shape: { channels: 1, height: 8, width: 8 }, pixels: transposedSum(row) },
    4,
  );
  expect(wide.ratio).toBeCloseTo(3 / (9 / 7), 12);
  expect(wide.ratioAtPeriod).toBe(1);
  expect(wide.rank).toBeCloseTo(6 / 7, 12);
  expect(wide.visible).toBe(0);
});

/** Returns an image with the value row[y] + row[x] at (y, x), so that its rows differ as its columns do. */
function transposedSum(row: readonly number[]): Uint8Array {
  return Uint8Array.from(row.flatMap((a) => row.map((b) => a + b)));
}
