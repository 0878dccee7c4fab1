import type { ModelSpec } from '@isonoise/bundle';
import { contactSheet, encodePng, sheetScale } from '@isonoise/picture';
import { toSampleRequest } from '@isonoise/runtime';
import { type Denoiser, sample } from '@isonoise/sampler';
import { drawnClasses } from './drawn-classes.ts';

/** Number of images and steps of a sheet. They determine how long drawing the sheet takes. */
export interface SheetSize {
  readonly count: number;
  /** Default: that of the model's sampler. */
  readonly steps?: number | undefined;
}

/** The default sheet on a model card. */
const SHEET = { seed: 7, count: 20, columns: 10 } as const;

/** Draws a sheet of samples as PNG: classes in turn, with guidance if the model supports it. */
export async function sampleSheet(
  denoise: Denoiser,
  spec: ModelSpec,
  { count, steps }: SheetSize = { count: SHEET.count },
): Promise<Uint8Array> {
  const request = toSampleRequest(spec, {
    seed: SHEET.seed,
    count,
    steps,
    ...drawnClasses(spec, (classes) => Array.from({ length: count }, (_, i) => i % classes)),
  });
  let images: Float32Array = new Float32Array(0);
  for await (const { x } of sample(denoise, request)) images = x;
  const { channels, height, width } = spec.image;
  const shape = [count, channels, height, width] as const;
  return encodePng(
    contactSheet(images, shape, {
      columns: Math.min(count, SHEET.columns),
      scale: sheetScale(height, width),
    }),
  );
}

/**
 * Encodes an image as PNG.
 * @param pixels one image `[C, H, W]`
 */
export function imagePng(pixels: Float32Array, { image }: ModelSpec): Uint8Array {
  return encodePng(contactSheet(pixels, [1, image.channels, image.height, image.width], { gap: 0 }));
}
