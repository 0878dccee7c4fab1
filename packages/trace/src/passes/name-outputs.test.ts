import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { traceModel } from '../index.ts';

/** Op, inputs and outputs of each node of a function of x. */
async function nodesOf(run: (x: tf.Tensor) => tf.Tensor[], size: number | string): Promise<string[]> {
  const model = await traceModel((x) => run(x as tf.Tensor), [{ name: 'x', shape: [size, 16] }], {
    outputNames: ['a', 'b'],
  });
  return model.graph.nodes.map(({ opType, inputs, outputs }) => `${opType} ${inputs} -> ${outputs}`);
}

describe.each([2, 'batch'])('nameOutputs with %s rows', (size) => {
  it('renames computed results, even if a later node uses the result', async () => {
    const nodes = await nodesOf((x) => {
      const y = tf.exp(x);
      return [tf.sigmoid(y), y];
    }, size);
    expect(nodes).toEqual(['Exp x -> b', 'Sigmoid b -> a']);
  });

  it('copies an input, and a result that is returned twice', async () => {
    expect(await nodesOf((x) => [x, tf.exp(x)], size)).toEqual(['Exp x -> b', 'Identity x -> a']);
    const twice = await nodesOf((x) => {
      const y = tf.exp(x);
      return [y, y];
    }, size);
    expect(twice).toEqual(['Exp x -> a', 'Identity a -> b']);
  });
});
