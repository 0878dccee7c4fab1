import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { AttributeMakers } from './attribute.ts';
import { attr } from './attribute.ts';
import { decodeModel } from './decode.ts';
import { countFlops } from './flops.ts';
import type { Graph, Node } from './model.ts';
import { stateSizes } from './state-sizes.ts';
import { int64Vector, tensor } from './tensor.ts';

type Attributes = Readonly<Record<string, ReturnType<AttributeMakers[keyof AttributeMakers]>>>;

const node = (opType: string, inputs: string[], attributes: Attributes = {}): Node => ({
  opType,
  name: '',
  inputs,
  outputs: ['y'],
  attributes,
});
const ints = (name: string, ...values: number[]): Graph['initializers'][number] => int64Vector(name, values);

/** Returns the inferred shape of `y` for an `x` of shape [2, 3, 6, 7]. */
function sizeOf(nodes: Node[], initializers: Graph['initializers'] = []): Graph['outputs'][number]['shape'] {
  const graph: Graph = {
    name: 'g',
    nodes,
    initializers,
    inputs: [{ name: 'x', dataType: 'float32', shape: ['batch', 3, 6, 7] }],
    outputs: [{ name: 'y', dataType: 'float32' }],
  };
  return stateSizes(graph, 2).outputs[0]?.shape;
}

describe('stateSizes', () => {
  const weights = (...dims: number[]): Graph['initializers'][number] =>
    tensor('w', 'float32', dims, new Float32Array(dims.reduce((a, b) => a * b, 1)));

  it.each<[string, Node, Graph['initializers'], number[]]>([
    ['Sigmoid', node('Sigmoid', ['x']), [], [2, 3, 6, 7]],
    ['Mul by a row', node('Mul', ['w', 'x']), [weights(7)], [2, 3, 6, 7]],
    [
      'Conv of stride 2',
      node('Conv', ['x', 'w'], { strides: attr.ints([2, 2]), pads: attr.ints([1, 1, 1, 1]) }),
      [weights(5, 3, 3, 3)],
      [2, 5, 3, 4],
    ],
    [
      'Conv with dilation',
      node('Conv', ['x', 'w'], { dilations: attr.ints([2, 1]) }),
      [weights(5, 3, 3, 1)],
      [2, 5, 2, 7],
    ],
    ['MatMul', node('MatMul', ['x', 'w']), [weights(7, 4)], [2, 3, 6, 4]],
    ['Reshape', node('Reshape', ['x', 's']), [ints('s', 0, -1, 21)], [2, 6, 21]],
    ['Transpose', node('Transpose', ['x'], { perm: attr.ints([0, 2, 3, 1]) }), [], [2, 6, 7, 3]],
    ['Concat', node('Concat', ['x', 'x', 'x'], { axis: attr.int(-3) }), [], [2, 9, 6, 7]],
    [
      'Slice',
      node('Slice', ['x', 'a', 'b', 'c', 'd']),
      [ints('a', 1, -5), ints('b', -1, 2 ** 31), ints('c', 2, 3), ints('d', 1, 2)],
      [2, 3, 4, 3],
    ],
    ['Gather', node('Gather', ['x', 'i'], { axis: attr.int(1) }), [ints('i', 0, 2)], [2, 2, 6, 7]],
    ['Resize', node('Resize', ['x', '', 'w']), [tensor('w', 'float32', [4], [1, 1, 2, 0.5])], [2, 3, 12, 3]],
    ['Unsqueeze', node('Unsqueeze', ['x', 'a']), [ints('a', 0, -1)], [1, 2, 3, 6, 7, 1]],
  ])('infers the shape of %s', (_what, each, initializers, expected) => {
    expect(sizeOf([each], initializers)).toEqual(expected);
  });

  it.each<[string, Node, Graph['initializers'], number[]]>([
    [
      'a transposed convolution',
      node('ConvTranspose', ['x', 'w'], { strides: attr.ints([2, 2]) }),
      [weights(3, 5, 2, 2)],
      [2, 5, 12, 14],
    ],
    ['a pool', node('MaxPool', ['x'], { kernel_shape: attr.ints([3, 3]) }), [], [2, 3, 4, 5]],
    ['a mean', node('ReduceMean', ['x'], { axes: attr.ints([2, 3]) }), [], [2, 3, 1, 1]],
    ['padding', node('Pad', ['x', 'p']), [ints('p', 0, 0, 1, 1, 0, 0, 1, 1)], [2, 3, 8, 9]],
    ['a group norm', node('GroupNormalization', ['x', 'w', 'w']), [weights(3)], [2, 3, 6, 7]],
  ])('infers the shape of %s by the rules of `inferShapes`', (_what, each, initializers, expected) => {
    expect(sizeOf([each], initializers)).toEqual(expected);
  });

  it('infers shapes after Split and Constant nodes', () => {
    const split: Node = { ...node('Split', ['x', 'parts'], { axis: attr.int(1) }), outputs: ['a', 'b'] };
    const parts: Node = {
      ...node('Constant', [], { value: attr.tensor(int64Vector('', [1, 2])) }),
      outputs: ['parts'],
    };
    expect(sizeOf([parts, split, node('Relu', ['b'])])).toEqual([2, 2, 6, 7]);
  });

  it('does not infer shapes after a node with wrong inputs', () => {
    expect(sizeOf([node('MatMul', ['x', 'w'])], [weights(8, 4)])).toBeUndefined();
  });

  it('does not infer shapes of unknown operators, or shapes that the graph computes', () => {
    expect(sizeOf([node('Shape', ['x'])])).toBeUndefined();
    expect(sizeOf([node('Reshape', ['x', 'x'])])).toBeUndefined();
    expect(sizeOf([{ ...node('Sigmoid', ['x']), domain: 'other' }])).toBeUndefined();
  });

  it('infers the shapes that `countFlops` needs for the shipped model', async () => {
    const file = new URL('../../../models/mnist/unet/model.onnx', import.meta.url);
    const { graph } = decodeModel(await readFile(file));
    const one = countFlops(stateSizes(graph, 1));
    // testdata/count_flops.py computes the same numbers with onnx's own shape inference.
    expect(one).toBe(245_386_752);
    const eight = countFlops(stateSizes(graph, 8));
    // The guard row of each Gemm is computed once per run, not once per image.
    expect(eight).toBeLessThan(8 * one);
    expect(eight).toBeGreaterThan(7.8 * one);
  });
});
