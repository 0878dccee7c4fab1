import { BUNDLE_PATHS, type BundleFiles } from '@isonoise/bundle';
import { codeOf } from '@isonoise/error';
import { countFlops, decodeModel, elementCount, type Graph, stateSizes } from '@isonoise/onnx';
import type { ImageShape } from '@isonoise/schedule';

/**
 * Floating-point operations of one image through a bundle's network: what limits are stated in, so that they mean the
 * same for every model; at least 1. A graph whose sizes do not follow from its inputs counts as its upper bound: every
 * weight at every pixel.
 *
 * @throws what reading the file throws; IsonoiseError it is not a model
 */
export async function networkFlops(files: BundleFiles, image: ImageShape): Promise<number> {
  const { graph } = decodeModel(await files.read(BUNDLE_PATHS.onnx));
  try {
    // A graph without products costs something, too.
    return Math.max(1, countFlops(stateSizes(graph, 1)));
  } catch (error) {
    if (codeOf(error) === 'ONNX_UNKNOWN_SIZE') return upperBound(graph, image);
    throw error;
  }
}

function upperBound({ initializers }: Graph, { height, width }: ImageShape): number {
  const weights = initializers.reduce((sum, { dims }) => sum + elementCount(dims), 0);
  return Math.max(1, 2 * weights * height * width);
}
