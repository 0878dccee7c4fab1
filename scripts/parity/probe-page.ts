import type { ModelSpec } from '@isonoise/bundle';
import type { ImagesShape } from '@isonoise/picture';
import type { LoadOptions } from '../lab/calls/models.ts';
import type { Lab } from '../lab/open-lab.ts';
import type { Probe } from './probe.ts';

/**
 * Loads a model in a page.
 * @throws Error if `loadModel` fails in the page, with the code of its error
 */
export async function probePage(
  page: Pick<Lab, 'call'>,
  options: LoadOptions,
  { image: { channels, height, width } }: ModelSpec,
): Promise<Probe> {
  const { id } = await page.call('load', options);
  const shape: ImagesShape = [1, channels, height, width];
  return {
    noise: (seeds) => page.call('hashNoise', seeds, channels * height * width),
    verify: () => page.call('verify', id),
    predict: (...inputs) => page.call('denoise', id, ...inputs),
    async draw(request) {
      const { x: image } = await page.call('sample', id, request);
      return { image, pngSha256: await page.call('hashPng', image, shape) };
    },
    close: () => page.call('dispose', id),
  };
}
