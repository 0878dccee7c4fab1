import { setImmediate } from 'node:timers/promises';
import type { Dataset } from '@isonoise/data';
import { normalize } from '@isonoise/data';
import type { Nearest } from '@isonoise/evaluate';
import { attr, encodeModel } from '@isonoise/onnx';
import { importOnnxRuntime } from '@isonoise/runtime-node';
import { createNodeSession } from '../node-session.ts';

/** Number of queries in a batch. */
const BATCH = 64;
/** Default number of pixel values of the data set in one matrix product; as float32, they take 64 MB. */
const CHUNK_VALUES = 16e6;
/** Value of |r|² for the unused rows of the last chunk. It is so large that an unused row is never the nearest. */
const FAR = 1e30;

/** A search for the nearest image of a data set, by pixels. */
export interface ImageSearch {
  /**
   * Finds the nearest image of each query.
   *
   * @param queries `[N, C·H·W]` in [−1, 1]
   * @throws the signal's reason if the signal is aborted
   */
  find(queries: Float32Array, signal?: AbortSignal): Promise<Nearest>;
  dispose(): Promise<void>;
}

/**
 * Prepares a search over all images of a data set, by the Euclidean distance of the pixels in [−1, 1].
 *
 * |q − r|² = |q|² − 2·q·r + |r|², so one matrix product compares a batch of queries with many images. ONNX Runtime
 * computes this product. The distance to the nearest image is then computed in float64.
 */
export async function openImageSearch(
  { count, shape, pixels }: Pick<Dataset, 'count' | 'shape' | 'pixels'>,
  threads: number | null,
  chunkValues: number = CHUNK_VALUES,
): Promise<ImageSearch> {
  const size = shape.channels * shape.height * shape.width;
  const rowsAtOnce = Math.min(count, Math.max(1, Math.floor(chunkValues / size)));
  const session = await createNodeSession({ provider: 'cpu', threads })(searchGraph(size, rowsAtOnce));
  const { Tensor } = await importOnnxRuntime();

  return {
    async find(queries, signal) {
      const total = queries.length / size;
      const rows = new Uint32Array(total);
      const smallest = new Float32Array(total).fill(Number.POSITIVE_INFINITY);
      for (let start = 0; start < count; start += rowsAtOnce) {
        const images = new Float32Array(rowsAtOnce * size);
        images.set(normalize(pixels.subarray(start * size, (start + rowsAtOnce) * size)));
        const squares = new Float32Array(rowsAtOnce).fill(FAR);
        for (let i = 0; i < Math.min(rowsAtOnce, count - start); i++)
          squares[i] = squaredLength(images, i, size);
        const chunk = {
          images: new Tensor('float32', images, [rowsAtOnce, size]),
          squares: new Tensor('float32', squares, [rowsAtOnce]),
        };
        for (let first = 0; first < total; first += BATCH) {
          // ONNX Runtime blocks the event loop, so this pause lets the loop receive signals.
          await setImmediate();
          signal?.throwIfAborted();
          // The graph has a fixed batch size, so the last batch is filled up with zeros.
          const batch = new Float32Array(BATCH * size);
          batch.set(queries.subarray(first * size, (first + BATCH) * size));
          const query = new Tensor('float32', batch, [BATCH, size]);
          const { nearest, partial } = await session.run({ query, ...chunk });
          for (let i = 0; i < Math.min(BATCH, total - first); i++) {
            const value = Number(partial?.data[i]);
            if (value >= (smallest[first + i] as number)) continue;
            smallest[first + i] = value;
            rows[first + i] = start + Number(nearest?.data[i]);
          }
        }
      }
      const distances = Float64Array.from(rows, (row, i) => {
        let sum = 0;
        for (let k = 0; k < size; k++) {
          const pixel = (pixels[row * size + k] as number) / 127.5 - 1;
          sum += ((queries[i * size + k] as number) - pixel) ** 2;
        }
        return Math.sqrt(sum);
      });
      return { rows, distances };
    },
    dispose: () => session.release(),
  };
}

/**
 * Builds a graph that computes |r|² − 2·q·r for a batch of queries q and a chunk of images r. Its outputs are
 * the index and the value of each query's minimum.
 */
function searchGraph(size: number, images: number): Uint8Array {
  return encodeModel({
    irVersion: 8,
    opsets: { '': 17 },
    producerName: 'isonoise',
    metadata: {},
    graph: {
      name: 'search',
      nodes: [
        {
          opType: 'Gemm',
          name: 'compare',
          inputs: ['query', 'images', 'squares'],
          outputs: ['partials'],
          attributes: { alpha: attr.float(-2), beta: attr.float(1), transB: attr.int(1) },
        },
        {
          opType: 'ArgMin',
          name: 'index',
          inputs: ['partials'],
          outputs: ['nearest'],
          attributes: { axis: attr.int(1), keepdims: attr.int(0) },
        },
        {
          opType: 'ReduceMin',
          name: 'value',
          inputs: ['partials'],
          outputs: ['partial'],
          attributes: { axes: attr.ints([1]), keepdims: attr.int(0) },
        },
      ],
      initializers: [],
      inputs: [
        { name: 'query', dataType: 'float32', shape: [BATCH, size] },
        { name: 'images', dataType: 'float32', shape: [images, size] },
        { name: 'squares', dataType: 'float32', shape: [images] },
      ],
      outputs: [
        { name: 'nearest', dataType: 'int64', shape: [BATCH] },
        { name: 'partial', dataType: 'float32', shape: [BATCH] },
      ],
    },
  });
}

function squaredLength(values: Float32Array, row: number, size: number): number {
  let sum = 0;
  for (let k = row * size; k < (row + 1) * size; k++) sum += (values[k] as number) ** 2;
  return sum;
}
