import { decodeModel } from '@isonoise/onnx';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { trace } from '../trace.ts';

// Six columns never fill whole vectors of 4, 8 or 16 values.
const COLUMNS = 6;

const functions: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  sine: tf.sin,
  cosine: tf.cos,
  arcsine: (x) => tf.asin(tf.div(x, 1000)),
  arccosine: (x) => tf.acos(tf.div(x, 1000)),
  arctangent: tf.atan,
  elu: (x) => tf.elu(tf.neg(x)),
  'sine and cosine': (x) => tf.concat([tf.sin(x), tf.cos(x)], 1),
  'sine of a cosine': (x) => tf.sin(tf.cos(x)),
  'sine of a cosine of one value per image': (x) =>
    tf.sin(tf.cos(tf.reshape(tf.slice(x, [0, 0], [-1, 1]), [-1]))),
  'sine of two rows per image': (x) => tf.sin(tf.reshape(x, [-1, COLUMNS / 2])),
  'sine of one value per image': (x) => tf.sin(tf.reshape(tf.slice(x, [0, 0], [-1, 1]), [-1])),
};

describe('guardVectorTails', () => {
  it.each(Object.entries(functions))('gives a row the same bits in any batch: %s', async (_name, fn) => {
    const bytes = await trace(fn, [{ name: 'x', shape: ['batch', COLUMNS] }]);
    const session = await ort.InferenceSession.create(bytes);
    const values = Float32Array.from({ length: 16 * COLUMNS }, (_, i) => (i * 131.7) % 1000);
    const run = async (first: number, rows: number): Promise<number[]> => {
      const data = values.slice(first * COLUMNS, (first + rows) * COLUMNS);
      const { y } = await session.run({ x: new ort.Tensor('float32', data, [rows, COLUMNS]) });
      return Array.from((y as ort.Tensor).data as Float32Array);
    };
    const whole = await run(0, 16);
    for (const rows of [1, 2, 3, 5, 7, 8]) {
      const parts: number[] = [];
      for (let first = 0; first < 16; first += rows)
        parts.push(...(await run(first, Math.min(rows, 16 - first))));
      expect(parts, `batches of ${rows}`).toEqual(whole);
    }
    await session.release();
  });

  it.each([1, 3])(
    'gives an image that is a column of %s values the same bits in any batch',
    async (height) => {
      const bytes = await trace((x) => [tf.sin(x), tf.cos(x)], [{ name: 'x', shape: [height, 'batch'] }]);
      const session = await ort.InferenceSession.create(bytes);
      const run = async (images: readonly number[]): Promise<number[][]> => {
        const data = Array.from({ length: height }, (_, row) => images.map((i) => 131.7 * i + row)).flat();
        const { y0, y1 } = await session.run({
          x: new ort.Tensor('float32', Float32Array.from(data), [height, images.length]),
        });
        expect(y0?.dims).toEqual([height, images.length]);
        return images.map((_, i) =>
          [y0, y1].flatMap((y) =>
            Array.from({ length: height }, (_row, row) => Number(y?.data[row * images.length + i])),
          ),
        );
      };
      const all = Array.from({ length: 20 }, (_, i) => i);
      const whole = await run(all);
      expect(whole[7]?.[0]).toBeCloseTo(Math.sin(Math.fround(131.7 * 7)), 6); // float32 near 1
      for (const images of [[0], [19], [3, 4, 5], all.slice(2, 15)]) {
        expect(await run(images), `images ${images}`).toEqual(images.map((i) => whole[i]));
      }
      await session.release();
    },
  );

  it('pads each value once, and does not pad rows of whole vectors', async () => {
    const both = (x: tf.Tensor): tf.Tensor => tf.add(tf.sin(x), tf.cos(x));
    const operators = async (columns: number): Promise<string[]> => {
      const { graph } = decodeModel(await trace(both, [{ name: 'x', shape: ['batch', columns] }]));
      return graph.nodes.map(({ opType }) => opType);
    };
    expect(await operators(6)).toEqual(['Pad', 'Sin', 'Slice', 'Cos', 'Slice', 'Add']);
    expect(await operators(32)).toEqual(['Sin', 'Cos', 'Add']);
    const { graph } = decodeModel(await trace(both, [{ name: 'x', shape: ['batch'] }]));
    expect(graph.nodes.map(({ opType }) => opType).join(' ')).toBe(
      'Unsqueeze Pad Sin Slice Squeeze Cos Slice Squeeze Add',
    );
  });
});
