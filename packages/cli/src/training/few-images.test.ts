import { expect, it } from 'vitest';
import { fewImagesWarning } from './few-images.ts';

it('fewImagesWarning warns only if the images do not fill a batch', () => {
  expect(fewImagesWarning(1, 32)).toBe(
    '1 image does not fill a batch of 32 and is repeated within the batch; the model can only memorize. ' +
      'Check that --dataset names the right folder, or add images.',
  );
  expect(fewImagesWarning(31, 32)).toContain('31 images do not fill a batch of 32 and are repeated');
  expect([32, 33].map((images) => fewImagesWarning(images, 32))).toEqual([null, null]);
});
