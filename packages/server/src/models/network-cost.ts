import { codeOf } from '@isonoise/error';
import { countFlops, decodeModel, elementCount, type Graph, stateSizes } from '@isonoise/onnx';
import type { ImageShape } from '@isonoise/schedule';

/**
 * Counts the floating-point operations of a network's file for one image, at least 1. Limits use this unit, so that
 * they are comparable between models. For a graph whose sizes do not follow from its inputs, the result is an upper
 * bound: it assumes that every weight is used at every pixel.
 *
 * @throws IsonoiseError if the file is not a valid model
 */
export function networkFlops(onnx: Uint8Array, image: ImageShape): number {
  const { graph } = decodeModel(onnx);
  try {
    // Even a graph without products has a cost.
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
