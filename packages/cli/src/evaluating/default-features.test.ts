import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultFeatures } from './default-features.ts';

const PICTURES = join('models', 'picture-features', 'model.onnx');

it('defaultFeatures returns the network of the data set, or the general network for pictures', async () => {
  const image = (channels: number) => ({ channels, height: 32, width: 32 });
  expect(await defaultFeatures('mnist', image(1))).toBe(join('models', 'mnist-features', 'model.onnx'));
  // The general network was trained on icons, so it does not suit grey clothes. The path is returned although
  // this file does not exist.
  expect(await defaultFeatures('fashion-mnist', image(1))).toBe(
    join('models', 'fashion-mnist-features', 'model.onnx'),
  );
  expect(await defaultFeatures('cifar10', image(3))).toBe(PICTURES);
  expect(await defaultFeatures('data/icons', image(3))).toBe(PICTURES);
  expect(await defaultFeatures('sketches', image(1))).toBe(PICTURES);
});
