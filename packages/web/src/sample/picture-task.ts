import { type Finish, finishImages, type ImagesShape } from '@isonoise/picture';
import { initialNoise } from '@isonoise/sampler';

/** A computation on the values of pictures. It would block the page for large ones. */
export type PictureTask =
  | {
      readonly kind: 'finish';
      /** `[N, C, H, W]` in [-1, 1]. */
      readonly images: Float32Array;
      readonly shape: ImagesShape;
      readonly finish: Finish;
    }
  /** The initial noise of images, with the values of the sampler. */
  | {
      readonly kind: 'noise';
      readonly seed: bigint;
      /** Number of each image. */
      readonly numbers: readonly number[];
      /** Values per image. */
      readonly size: number;
    };

/** Computes values. @returns `[N, C, H, W]` */
export function compute(task: PictureTask): Float32Array {
  return task.kind === 'finish'
    ? finishImages(task.images, task.shape, task.finish)
    : initialNoise(task.seed, task.numbers, task.size);
}
