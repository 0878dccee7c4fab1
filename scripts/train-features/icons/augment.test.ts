import { expect, it } from 'vitest';
import { atPictureSide, augmentedBatches, drawView, PLAIN_VIEW, type View } from './augment.ts';
import { FAULT_CLASSES } from './faults.ts';
import { type IconPictures, SOURCE_SIDE } from './icon-pictures.ts';

/** Makes a drawing from the colour of each pixel. */
function drawing(colour: (x: number, y: number) => readonly [number, number, number, number]): Uint8Array {
  const rgba = new Uint8Array(4 * SOURCE_SIDE ** 2);
  for (let i = 0; i < SOURCE_SIDE ** 2; i++)
    rgba.set(colour(i % SOURCE_SIDE, Math.floor(i / SOURCE_SIDE)), 4 * i);
  return rgba;
}

/** Returns the values of one pixel, from 0 to 1. */
function pixel(picture: Float32Array, side: number, x: number, y: number): readonly number[] {
  return [0, 1, 2, 3].map((c) =>
    Number((((picture[(c * side + y) * side + x] as number) + 1) / 2).toFixed(4)),
  );
}

const left = drawing((x) => (x < 32 ? [255, 0, 0, 255] : [0, 0, 0, 0]));

it('drawView averages the covered pixels in a plain view', () => {
  const checks = drawing((x, y) => [(x + y) % 2 === 0 ? 255 : 0, 255, 0, x < 32 ? 255 : 0]);
  const picture = drawView(checks, PLAIN_VIEW);
  expect(pixel(picture, 32, 3, 5)).toEqual([0.5, 1, 0, 1]);
  // Transparent parts show white, and the picture is opaque.
  expect(pixel(picture, 32, 20, 5)).toEqual([1, 1, 1, 1]);
  const clear = drawView(checks, { ...PLAIN_VIEW, background: null });
  expect(pixel(clear, 32, 20, 5)).toEqual([0, 0, 0, 0]);
});

it('drawView mirrors, shifts, scales and rotates', () => {
  const isRed = (view: Partial<View>, x: number, y: number): boolean =>
    pixel(drawView(left, { ...PLAIN_VIEW, ...view }), 32, x, y)[1] === 0;
  expect([isRed({}, 2, 16), isRed({}, 29, 16)]).toEqual([true, false]);
  expect([isRed({ isMirrored: true }, 2, 16), isRed({ isMirrored: true }, 29, 16)]).toEqual([false, true]);
  expect([isRed({ shift: [0.25, 0] }, 2, 16), isRed({ shift: [0.25, 0] }, 22, 16)]).toEqual([false, true]);
  expect([isRed({ scale: 0.5 }, 2, 16), isRed({ scale: 0.5 }, 12, 16)]).toEqual([false, true]);
  // A clockwise quarter turn moves the left side to the top.
  expect([isRed({ angle: Math.PI / 2 }, 29, 2), isRed({ angle: Math.PI / 2 }, 2, 29)]).toEqual([true, false]);
});

it('drawView rotates the hue of colours, and keeps grey', () => {
  const third = { ...PLAIN_VIEW, hue: (2 * Math.PI) / 3 };
  expect(pixel(drawView(left, third), 32, 2, 2)).toEqual([0, 1, 0, 1]);
  const grey = drawing(() => [102, 102, 102, 255]);
  expect(pixel(drawView(grey, { ...third, saturation: 0.3 }), 32, 2, 2)).toEqual([0.4, 0.4, 0.4, 1]);
  expect(pixel(drawView(grey, { ...PLAIN_VIEW, lightness: 1.1 }), 32, 2, 2)).toEqual([0.44, 0.44, 0.44, 1]);
});

it('augmentedBatches returns each icon once per epoch, repeats a step exactly, and adds faults as classes', () => {
  const count = 40;
  const icons: IconPictures = {
    count,
    rgba: new Uint8Array(count * left.length).map((_, i) => left[i % left.length] as number),
    things: Int32Array.from({ length: count }, (_, i) => i),
    sets: new Int32Array(count),
    thingNames: Array.from({ length: count }, String),
    groupOfThing: new Int32Array(count),
    groupNames: ['all'],
  };
  const all = Uint32Array.from({ length: count }, (_, i) => i);
  const batches = () => augmentedBatches(icons, all, { batchSize: 20, seed: 1 });
  const [first, second] = [batches().batch(0), batches().batch(1)];
  const labels = [...first.labels, ...second.labels];
  const shown = labels.filter((label) => label < count);
  const faults = labels.filter((label) => label >= count);
  expect(new Set(shown).size).toBe(shown.length);
  expect(faults.length).toBeGreaterThan(0);
  expect(Math.max(...faults)).toBeLessThan(count + FAULT_CLASSES);
  const again = batches();
  again.batch(0);
  expect(again.batch(1)).toEqual(second);
  expect(atPictureSide(first.images.subarray(0, 4096), 32)).toEqual(first.images.slice(0, 4096));
});
