import path from 'node:path';
import { contactSheet, encodePng, toPixels } from '@isonoise/picture';
import { loadModel } from '@isonoise/runtime-node';
import { writeOutput } from '../../packages/cli/src/atomic-write.ts';
import { openLab } from '../lab/open-lab.ts';
import { drawImages } from './draw-images.ts';
import { measureSeams, type SeamMeasures } from './seams.ts';

export interface SeamsRequest {
  readonly model: string;
  readonly count: number;
  readonly seed: number;
  /** Sampling steps; undefined for the default of the sampler. */
  readonly steps: number | undefined;
  /** Whether the images are also drawn in Chromium. */
  readonly chromium: boolean;
  /** Folder for a picture of the first image, repeated 2 × 2; undefined for none. */
  readonly out: string | undefined;
}

export interface SeamsRow extends SeamMeasures {
  readonly runtime: string;
  /** Largest difference of a value in [−1, 1] from the images of Node. */
  readonly difference: number;
}

/** Draws images and compares the differences across their edges with those inside. */
export async function measureModelOfTextures(request: SeamsRequest): Promise<readonly SeamsRow[]> {
  const { count, out } = request;
  const model = await loadModel(request.model);
  try {
    const { image } = model.spec;
    const drawn = await drawImages(model, count, request);
    if (out !== undefined) {
      const { channels, height, width } = image;
      const first = drawn.subarray(0, channels * height * width);
      const four = Float32Array.from(
        { length: 4 * first.length },
        (_, i) => first[i % first.length] as number,
      );
      const picture = contactSheet(four, [4, channels, height, width], { columns: 2, gap: 0 });
      await writeOutput(path.join(out, 'repeated.png'), encodePng(picture));
    }
    const rowOf = (runtime: string, images: Float32Array): SeamsRow => ({
      runtime,
      ...measureSeams({ name: runtime, count, shape: image, pixels: toPixels(images, image) }, PERIOD),
      difference: images.reduce((most, x, i) => Math.max(most, Math.abs(x - (drawn[i] as number))), 0),
    });
    const rows = [rowOf('Node', drawn)];
    if (request.chromium) rows.push(rowOf('Chromium, WASM', await drawInChromium(request)));
    return rows;
  } finally {
    await model.dispose();
  }
}

async function drawInChromium({ model, count, seed, steps }: SeamsRequest): Promise<Float32Array> {
  const lab = await openLab({ folders: { '/model': path.resolve(model) } });
  try {
    const { id } = await lab.call('load', { source: '/model', provider: 'wasm' });
    const images = Array.from({ length: count }, (_, i) => i);
    return (await lab.call('sample', id, { seed, images, ...(steps !== undefined && { steps }) })).x;
  } finally {
    await lab.close();
  }
}

/**
 * If an input is shifted by this number of pixels, the output of a network of three levels is shifted by the same
 * number.
 */
const PERIOD = 4;
