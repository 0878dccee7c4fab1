import type { PictureOptions } from '@isonoise/data/node';
import type { ModelSampleRequest } from '@isonoise/runtime';
import { type SamplerName, samplers } from '@isonoise/sampler';
import type { ImageShape } from '@isonoise/schedule';
import { failFile, isArrayFile, joinImages, type ReadImages, readArray, readImage } from './read-images.ts';

/** Images from which a run starts, or which it changes. */
export interface ReadStart {
  readonly given: Pick<ModelSampleRequest, 'start' | 'edit'>;
  readonly count: number;
  /** Notes for the user about changes to the pictures. */
  readonly notes: readonly string[];
}

/**
 * Reads the images from which a run starts: pictures, or arrays that `--npy` wrote.
 *
 * @throws `CLI_USAGE` if a file cannot be read or has a wrong shape, or if it is a picture but the sampler starts
 *   from noise
 */
export async function readStart(
  paths: readonly string[],
  shape: ImageShape,
  sampler: SamplerName,
  options: PictureOptions = {},
): Promise<ReadStart> {
  const isInverse = samplers[sampler].inverts !== undefined;
  const files: ReadImages[] = [];
  for (const path of paths) {
    const file = { flag: '--from', path };
    if (!isArrayFile(path) && !isInverse) {
      failFile(
        file,
        `is a picture, but the sampler ${sampler} starts from noise; expected a .npy file of noise. To turn a picture into noise, use ` +
          '--sampler ddim-inverse; to change a picture, use --init',
      );
    }
    files.push(
      await (isArrayFile(path)
        ? readArray(file, shape, isInverse ? `sampler "${sampler}"` : null)
        : readImage(file, shape, options)),
    );
  }
  const x = joinImages(files);
  const { channels, height, width } = shape;
  return {
    given: { start: { x } },
    count: x.length / (channels * height * width),
    notes: files.flatMap(({ notes }) => notes),
  };
}
