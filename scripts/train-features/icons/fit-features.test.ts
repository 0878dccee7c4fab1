import { Matrix } from 'ml-matrix';
import { expect, it } from 'vitest';
import { discriminants, fitFeatures } from './fit-features.ts';
import { type IconPictures, SOURCE_SIDE } from './icon-pictures.ts';

/** Ridge, and weight of the differences between sets. */
const [RIDGE, STYLE] = [0.03, 100];

it('discriminants divide a change by the covariance, in which differences between sets count 100 times', () => {
  const mean = Matrix.rowVector([3, 5]);
  const { weight, offset } = discriminants(
    [Matrix.rowVector([2, 2])],
    mean,
    Matrix.eye(2),
    Matrix.diag([0, 1]),
  );
  const [first = 0, second = 0] = weight;
  const spread = [1 + RIDGE, 1 + STYLE + RIDGE] as const;
  // 1e-4 of the variance is added before the features are scaled.
  expect(second / first).toBeCloseTo(spread[0] / spread[1], 4);
  // The variance is 1.
  expect(first ** 2 * spread[0] + second ** 2 * spread[1]).toBeCloseTo(1, 3);
  expect(offset).toEqual(Float32Array.of(-(3 * first + 5 * second)));
});

it('discriminants are uncorrelated, the strongest first, and at most as many as independent changes', () => {
  const changes = [
    [4, 0, 0],
    [1, 1, 0],
    [5, 1, 0],
  ].map((row) => Matrix.rowVector(row));
  const within = new Matrix([
    [2, 1, 0],
    [1, 2, 0],
    [0, 0, 1],
  ]);
  const { weight, offset } = discriminants(changes, Matrix.zeros(1, 3), within, Matrix.zeros(3, 3));
  expect(offset).toHaveLength(2);
  const map = Matrix.from1DArray(3, 2, weight);
  const spread = Matrix.add(within, Matrix.diag([2 * RIDGE, 2 * RIDGE, RIDGE]));
  const covariance = map.transpose().mmul(spread).mmul(map);
  expect(covariance.get(0, 0)).toBeCloseTo(1, 3);
  expect(covariance.get(1, 1)).toBeLessThan(1);
  expect(covariance.get(0, 1)).toBeCloseTo(0, 3);
});

it('fitFeatures shows a fault, and not the set of an icon', async () => {
  // Icons of one colour: the lightness depends on the set, and the redness on the icon.
  const count = 120;
  const size = 4 * SOURCE_SIDE ** 2;
  const rgba = new Uint8Array(count * size);
  for (let icon = 0; icon < count; icon++) {
    const set = icon % 2;
    for (let i = 0; i < size; i += 4)
      rgba.set(
        [60 + ((icon * 37) % 101), 100 + 60 * set + ((icon * 53) % 11), (icon * 71) % 97, 255],
        icon * size + i,
      );
  }
  const icons: IconPictures = {
    count,
    rgba,
    sets: Int32Array.from({ length: count }, (_, icon) => icon % 2),
    things: Int32Array.from({ length: count }, (_, icon) => Math.floor(icon / 2) % 2),
    thingNames: ['a', 'b'],
    groupOfThing: Int32Array.of(0, 1),
    groupNames: ['A', 'B'],
  };
  /** Returns red, green and blue of the first pixel. */
  const colours = async (images: Float32Array, rows: number): Promise<Float32Array> => {
    const picture = images.length / rows;
    return Float32Array.from({ length: 3 * rows }, (_, i) => {
      const at = Math.floor(i / 3) * picture + ((i % 3) * picture) / 4;
      return images[at] as number;
    });
  };
  const fault = {
    name: 'redder and greener',
    unit: '',
    strengths: [0.2],
    apply(
      images: Float32Array,
      { height, width }: { height: number; width: number },
      strength: number,
    ): void {
      const plane = height * width;
      for (const [i, value] of images.entries())
        if (Math.floor(i / plane) % 4 < 2) images[i] = value + strength;
    },
  };
  const training = Uint32Array.from({ length: count }, (_, icon) => icon);
  const { weight, offset } = await fitFeatures(colours, icons, training, [fault]);
  const [red = 0, green = 0, blue = 0] = [0, 1, 2].map((c) => Math.abs(weight[c * offset.length] as number));
  // Green also differs between the sets, so the fault is read from red.
  expect(red).toBeGreaterThan(2 * green);
  expect(red).toBeGreaterThan(2 * blue);
});
