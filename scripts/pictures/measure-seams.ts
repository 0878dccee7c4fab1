import { contactSheet, encodePng, toPixels } from '@isonoise/picture';
import { loadModel } from '@isonoise/runtime-node';
import { writeOutput } from '../../packages/cli/src/atomic-write.ts';
import { drawImages } from './draw-images.ts';
import { measureSeams, type SeamMeasures } from './seams.ts';

export interface SeamsRequest {
  readonly model: string;
  readonly count: number;
  readonly seed: number;
  readonly steps: number | undefined;
  /** Folder for a picture of the first image, repeated 2 × 2; undefined for none. */
  readonly out: string | undefined;
}

/** Draws images and compares the differences across their edges with those inside. */
export async function measureModelOfTextures(request: SeamsRequest): Promise<SeamMeasures> {
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
      await writeOutput(`${out}/repeated.png`, encodePng(picture));
    }
    return measureSeams({ name: request.model, count, shape: image, pixels: toPixels(drawn, image) }, PERIOD);
  } finally {
    await model.dispose();
  }
}

/** Networks of three levels follow moves by multiples of this number of pixels. */
const PERIOD = 4;
