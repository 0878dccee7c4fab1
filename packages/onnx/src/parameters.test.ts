import { expect, it } from 'vitest';
import { floatModel } from '../testdata/float-model.ts';
import { describeModel } from './describe.ts';
import { countWeights } from './parameters.ts';
import { tensor } from './tensor.ts';
import { toFloat16 } from './to-float16.ts';
import { toInt8Weights } from './to-int8.ts';

/** A model with 6 + 3 weights and a shape of 2 integers. */
const model = floatModel(
  { x: [1, 2] },
  { y: [1, 3] },
  {
    nodes: [
      { opType: 'MatMul', name: 'product', inputs: ['x', 'w'], outputs: ['p'] },
      { opType: 'Add', name: 'sum', inputs: ['p', 'b'], outputs: ['s'] },
      { opType: 'Reshape', name: 'shape', inputs: ['s', 'sizes'], outputs: ['y'] },
    ],
    initializers: [
      tensor('w', 'float32', [2, 3], [1, 2, 3, 4, 5, 6]),
      tensor('b', 'float32', [3], [1, 2, 3]),
      tensor('sizes', 'int64', [2], [1, 3]),
    ],
  },
);

it.each([
  ['float32', model, { float32: 9 }],
  ['float16', toFloat16(model), { float16: 9 }],
  // The two scales of the rows and the shape are not parameters.
  ['int8', toInt8Weights(model, new Set(['w'])), { int8: 6, float32: 3 }],
] as const)('describeModel counts the parameters of a model in %s, by type', (_, graph, byType) => {
  expect(describeModel(graph)).toMatchObject({ parameterCount: 9, parametersByType: byType });
  expect(countWeights(graph.graph, ['w', 'b', 'none'])).toEqual(byType);
});

it('describeModel counts the quantized weights of integer operators, but not their scales and zero points', () => {
  const values = (name: string, type: 'int8' | 'float32' | 'int32', count: number) =>
    tensor(name, type, [count], Array(count).fill(0));
  const inputs = ['x', 'xScale', 'xZero', 'w', 'wScale', 'wZero', 'yScale', 'yZero', 'bias'];
  const scales = ['xScale', 'wScale', 'yScale'].map((name) => values(name, 'float32', 1));
  const zeros = ['xZero', 'wZero', 'yZero'].map((name) => values(name, 'int8', 1));
  const graph = {
    ...model.graph,
    nodes: [{ opType: 'QLinearConv', name: 'conv', inputs, outputs: ['y'] }],
    initializers: [...scales, ...zeros, values('w', 'int8', 10), values('bias', 'int32', 2)],
  };
  expect(describeModel({ ...model, graph })).toMatchObject({
    parameterCount: 12,
    parametersByType: { int8: 10, int32: 2 },
  });
});
