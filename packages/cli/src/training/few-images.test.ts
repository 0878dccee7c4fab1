import { expect, it } from 'vitest';
import { fewImagesWarning } from './few-images.ts';

it('fewImagesWarning warns only if the images do not fill one batch', () => {
  expect(fewImagesWarning(1, 32)).toBe(
    '1 image is fewer than one batch of 32, so it is repeated within a batch; the model can only memorize. ' +
      'Check that --dataset names the right folder, or add images.',
  );
  expect(fewImagesWarning(31, 32)).toContain(
    '31 images are fewer than one batch of 32, so they are repeated',
  );
  expect([32, 33].map((images) => fewImagesWarning(images, 32))).toEqual([null, null]);
});
