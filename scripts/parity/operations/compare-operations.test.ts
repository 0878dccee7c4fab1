import { decodeModel, encodeModel, tensor } from '@isonoise/onnx';
import type { InferenceSession } from 'onnxruntime-node';
import { InferenceSession as Sessions, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { floatModel } from '../../../packages/onnx/testdata/float-model.ts';
import { compareOperations, type OpenSession } from './compare-operations.ts';

const model = floatModel(
  { x: [1, 2] },
  { y: [1, 2] },
  {
    nodes: [
      { opType: 'MatMul', name: 'product', inputs: ['x', 'w'], outputs: ['p'] },
      { opType: 'Add', name: 'sum', inputs: ['p', 'p'], outputs: ['s'] },
      { opType: 'Add', name: 'last', inputs: ['s', 'x'], outputs: ['y'] },
    ],
    initializers: [tensor('w', 'float32', [2, 2], [1, 2, 3, 4])],
  },
);
const feeds = { x: new Tensor('float32', Float32Array.of(1, 2), [1, 2]) };

const open: OpenSession = (onnx, optimize) =>
  Sessions.create(onnx, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    graphOptimizationLevel: optimize ? 'all' : 'disabled',
  });

/** Opens sessions that change the first value of the node `sum`, from 14 to 14 + 2⁻⁴. */
const changed: OpenSession = async (onnx, optimize) => {
  const session = await open(onnx, optimize);
  const [node] = decodeModel(onnx).graph.nodes;
  if (node?.name !== 'sum') return session;
  const run: InferenceSession['run'] = async (given: InferenceSession.FeedsType) => {
    const results = await session.run(given);
    (results.s?.data as Float32Array)[0] = 14.0625;
    return results;
  };
  return Object.assign(Object.create(session) as InferenceSession, { run, release: () => session.release() });
};

it('compareOperations runs each node with its inputs in the whole graph, and finds the node that differs', async () => {
  const onnx = encodeModel(model);
  const same = { differing: 0, share: 0, largest: 0 };
  expect(await compareOperations(onnx, feeds, open, open)).toEqual([
    { operator: 'Add', nodes: 2, ...same },
    { operator: 'MatMul', nodes: 1, ...same },
  ]);
  // The products are [7, 10], so the sum is [14, 20].
  expect(await compareOperations(onnx, feeds, open, changed)).toEqual([
    { operator: 'Add', nodes: 2, differing: 1, share: 1 / 4, largest: 0.0625 / 20 },
    { operator: 'MatMul', nodes: 1, ...same },
  ]);
});
