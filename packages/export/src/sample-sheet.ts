import type { ModelSpec } from '@isonoise/bundle';
import { contactSheet, encodePng, sheetScale } from '@isonoise/picture';
import { toSampleRequest } from '@isonoise/runtime';
import { type Denoiser, sample } from '@isonoise/sampler';
import { drawnClasses } from './drawn-classes.ts';

/** How much a sheet shows, and so how long it takes. */
export interface SheetSize {
  readonly count: number;
  readonly steps: number;
}

/** The sheet on a model card: so many images, classes in turn. */
const SHEET = { seed: 7, count: 20, columns: 10, steps: 20 } as const;

/** @returns PNG of images that the model draws: every class in turn, guided where it can be */
export async function sampleSheet(
  denoise: Denoiser,
  spec: ModelSpec,
  { count, steps }: SheetSize = SHEET,
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

/** @param pixels one image `[C, H, W]` */
export function imagePng(pixels: Float32Array, { image }: ModelSpec): Uint8Array {
  return encodePng(contactSheet(pixels, [1, image.channels, image.height, image.width], { gap: 0 }));
}
