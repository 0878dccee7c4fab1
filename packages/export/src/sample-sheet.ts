import type { ModelSpec } from '@isonoise/bundle';
import { contactSheet, encodePng, sheetLook, sheetSize } from '@isonoise/picture';
import { toSampleRequest, usualGuidance } from '@isonoise/runtime';
import { type Denoiser, type SampleStep, sample } from '@isonoise/sampler';
import { drawnClasses, drawnTags } from './drawn-conditions.ts';

/** Options of a sample sheet. The time for drawing depends on the numbers of images and steps. */
export interface SheetOptions {
  readonly count: number;
  /** Number of steps. Default: the default of the model's sampler. */
  readonly steps?: number | undefined;
  /** Called after each step. */
  readonly onStep?: ((step: SampleStep) => void) | undefined;
}

/** Settings of the sheet on a model card. */
const SHEET = { seed: 7, count: 20, columns: 10 } as const;

/**
 * Draws a sheet of samples as a PNG. It cycles through the classes or tags, with the model's usual guidance.
 */
export async function sampleSheet(
  denoise: Denoiser,
  spec: ModelSpec,
  { count, steps, onStep }: SheetOptions = { count: SHEET.count },
): Promise<Uint8Array> {
  const guidance = usualGuidance(spec);
  const request = toSampleRequest(spec, {
    seed: SHEET.seed,
    count,
    steps,
    ...drawnClasses(spec, guidance, (classes) => Array.from({ length: count }, (_, i) => i % classes)),
    ...drawnTags(spec, guidance, (names) =>
      Array.from({ length: count }, (_, i) => [names[i % names.length] ?? '']),
    ),
  });
  let images: Float32Array = new Float32Array(0);
  for await (const step of sample(denoise, request)) {
    images = step.x;
    onStep?.(step);
  }
  const { shape, options } = layoutOf(spec, count);
  return encodePng(contactSheet(images, shape, options));
}

/** Returns the shape and the look of a sheet. */
const layoutOf = ({ image }: ModelSpec, count: number) => {
  const shape = [count, image.channels, image.height, image.width] as const;
  return { shape, options: { columns: Math.min(count, SHEET.columns), ...sheetLook(shape) } };
};

/** Checks the size of a sheet before its images are drawn. @throws `PICTURE_TOO_LARGE`, `PICTURE_SHAPE` */
export function requireSheet(spec: ModelSpec, { count }: SheetOptions = { count: SHEET.count }): void {
  const { shape, options } = layoutOf(spec, count);
  sheetSize(shape, options);
}

/**
 * Encodes an image as PNG.
 * @param pixels one image `[C, H, W]`
 */
export function imagePng(pixels: Float32Array, { image }: ModelSpec): Uint8Array {
  return encodePng(
    contactSheet(pixels, [1, image.channels, image.height, image.width], { gap: 0, backdrop: 'transparent' }),
  );
}
