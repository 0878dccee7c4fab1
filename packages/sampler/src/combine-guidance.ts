/** Options for combining the outputs of a network and its guide. */
export interface Combination {
  /** Scale g. */
  readonly guidance: number;
  /** φ in [0, 1]; 0: not rescaled. */
  readonly rescale: number;
  /** Images in the batch, of equal size. */
  readonly images: number;
}

/**
 * Computes guide + g (network - guide) in float64, rounded once.
 *
 * Guidance with a large scale raises the contrast of the output. To reduce it, each image is multiplied by
 * φ std(network) / std(guided) + (1 - φ). With φ = 1, the image gets the standard deviation of the network's own output
 * (Lin et al. 2024, section 3.4; `rescale_noise_cfg` of diffusers). Each deviation is computed over one image, so the
 * result does not depend on the batch. An image whose values are all equal is not changed.
 *
 * @returns a new array
 */
export function combineGuidance(
  [network, guide]: readonly [network: Float32Array, guide: Float32Array],
  { guidance: g, rescale, images }: Combination,
): Float32Array {
  const combined = new Float64Array(network.length);
  for (let i = 0; i < combined.length; i++) {
    const away = guide[i] as number;
    combined[i] = away + g * ((network[i] as number) - away);
  }
  if (rescale !== 0) rescaleImages(combined, network, rescale, images);
  return new Float32Array(combined);
}

function rescaleImages(combined: Float64Array, network: Float32Array, rescale: number, images: number): void {
  const size = combined.length / images;
  for (let from = 0; from < combined.length; from += size) {
    const image = combined.subarray(from, from + size);
    const deviation = standardDeviation(image);
    if (deviation === 0) continue;
    const own = standardDeviation(network.subarray(from, from + size));
    const factor = rescale * (own / deviation) + (1 - rescale);
    for (let i = 0; i < size; i++) image[i] = (image[i] as number) * factor;
  }
}

function standardDeviation(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return Math.sqrt(squares / values.length);
}
