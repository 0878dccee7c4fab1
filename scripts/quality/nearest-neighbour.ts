import type { Dataset } from '@isonoise/data';
import { normalize } from '@isonoise/data';
import { trace } from '@isonoise/trace';
import * as tf from '@tensorflow/tfjs-core';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** The nearest image of a data set for each query. */
export interface Neighbours {
  /** Class of the nearest image, `[queries]`. */
  readonly labels: Int32Array;
  /** Euclidean distance to it, over pixels in [−1, 1], `[queries]`. */
  readonly distances: Float32Array;
}

/** Queries in one batch: their 64 × 60,000 products take 15 MB. */
const BATCH = 64;

/** Finds the nearest image of a set. */
export interface NeighbourSearch {
  /** @param queries `[n, C·H·W]` in [−1, 1] */
  find(queries: Float32Array): Promise<Neighbours>;
  release(): Promise<void>;
}

/**
 * Finds the nearest image by Euclidean distance, over the whole set.
 *
 * @param queries `[n, C·H·W]` in [−1, 1]
 */
export async function nearestNeighbours(dataset: Dataset, queries: Float32Array): Promise<Neighbours> {
  const search = await openNeighbourSearch(dataset);
  const found = await search.find(queries);
  await search.release();
  return found;
}

/**
 * Prepares a search for the nearest image by Euclidean distance, over the whole set.
 *
 * |q − r|² = |q|² − 2·q·r + |r|², so one matrix product compares a batch of queries with every image.
 */
export async function openNeighbourSearch(dataset: Dataset): Promise<NeighbourSearch> {
  const { count, shape } = dataset;
  const { labels } = dataset;
  if (labels === undefined) throw new Error(`nearest neighbours: ${dataset.name} does not have labels`);
  const classes: ArrayLike<number> = labels;
  const size = shape.channels * shape.height * shape.width;
  const images = normalize(dataset.pixels);
  const lengths = Float32Array.from({ length: count }, (_, i) =>
    squaredLength(images.subarray(i * size, (i + 1) * size)),
  );
  const closest = await trace(
    (query, references, squares) => {
      const products = tf.matMul(query as tf.Tensor2D, references as tf.Tensor2D, false, true); // [BATCH, count]
      const partial = tf.sub(squares, tf.mul(products, 2));
      return [tf.argMin(partial, 1), tf.min(partial, 1)];
    },
    [
      { name: 'query', shape: [BATCH, size] },
      { name: 'references', shape: [count, size] },
      { name: 'squares', shape: [count] },
    ],
    { outputNames: ['index', 'partial'] },
  );
  const session = await InferenceSession.create(closest, { logSeverityLevel: 3 });
  const references = new Tensor('float32', images, [count, size]);
  const squares = new Tensor('float32', lengths, [count]);
  async function find(queries: Float32Array): Promise<Neighbours> {
    const total = queries.length / size;
    const found = { labels: new Int32Array(total), distances: new Float32Array(total) };
    for (let first = 0; first < total; first += BATCH) {
      // The graph has a fixed batch; the last batch is padded with zeros.
      const batch = new Float32Array(BATCH * size);
      batch.set(queries.subarray(first * size, (first + BATCH) * size));
      const query = new Tensor('float32', batch, [BATCH, size]);
      const { index, partial } = await session.run({ query, references, squares });
      for (let i = 0; i < Math.min(BATCH, total - first); i++) {
        found.labels[first + i] = Number(classes[Number(index?.data[i])]);
        const square = Number(partial?.data[i]) + squaredLength(batch.subarray(i * size, (i + 1) * size));
        found.distances[first + i] = Math.sqrt(Math.max(square, 0));
      }
    }
    return found;
  }
  return { find, release: () => session.release() };
}

function squaredLength(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
