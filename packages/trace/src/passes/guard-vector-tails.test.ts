import { decodeModel } from '@isonoise/onnx';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { trace } from '../trace.ts';

// Six columns: rows of a vector and a half, or of a third, whatever the vectors are.
const COLUMNS = 6;

const functions: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  sine: tf.sin,
  cosine: tf.cos,
  arcsine: (x) => tf.asin(tf.div(x, 1000)),
  arccosine: (x) => tf.acos(tf.div(x, 1000)),
  arctangent: tf.atan,
  elu: (x) => tf.elu(tf.neg(x)),
  'sine and cosine': (x) => tf.concat([tf.sin(x), tf.cos(x)], 1),
};

describe('guardVectorTails', () => {
  it.each(Object.entries(functions))('%s: a row has the same bits in any batch', async (_name, fn) => {
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

  it('pads once for all who read a value, and not where rows are whole vectors', async () => {
    const both = (x: tf.Tensor): tf.Tensor => tf.add(tf.sin(x), tf.cos(x));
    const operators = async (columns: number): Promise<string[]> => {
      const { graph } = decodeModel(await trace(both, [{ name: 'x', shape: ['batch', columns] }]));
      return graph.nodes.map(({ opType }) => opType);
    };
    expect(await operators(6)).toEqual(['Pad', 'Sin', 'Slice', 'Cos', 'Slice', 'Add']);
    expect(await operators(32)).toEqual(['Sin', 'Cos', 'Add']);
  });
});
