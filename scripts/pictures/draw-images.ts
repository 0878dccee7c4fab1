import type { Model } from '@isonoise/runtime';

/** Draws images 0 to count − 1 of a seed with the default sampler. @returns `[N, C, H, W]` in [−1, 1] */
export async function drawImages(
  model: Model,
  count: number,
  { seed, steps }: { readonly seed: number; readonly steps: number | undefined },
): Promise<Float32Array> {
  const images = Array.from({ length: count }, (_, i) => i);
  let drawn: Float32Array = new Float32Array(0);
  for await (const { x } of model.sample({ seed, images, steps })) drawn = x;
  return drawn.slice();
}
