import { describe, expect, it } from 'vitest';
import { attr } from './attribute.ts';
import { countFlops } from './flops.ts';
import type { Graph, Node } from './model.ts';
import { tensor } from './tensor.ts';

const node = (opType: string, inputs: string[], outputs: string[], attributes = {}): Node => ({
  opType,
  name: '',
  inputs,
  outputs,
  attributes,
});

const value = (name: string, ...shape: number[]): Graph['inputs'][number] => ({
  name,
  dataType: 'float32',
  shape,
});

const weights = (name: string, ...dims: number[]): Graph['initializers'][number] =>
  tensor(name, 'float32', dims, new Float32Array(dims.reduce((a, b) => a * b, 1)));

const graphOf = (nodes: Node[], more: Partial<Graph>): Graph => ({
  name: 'g',
  nodes,
  initializers: [],
  inputs: [],
  outputs: [],
  ...more,
});

describe('countFlops', () => {
  it.each<[string, Graph, number]>([
    [
      // Two images of 4×5 pixels and six output channels. Each value is a sum over three channels and a 3×3 kernel.
      'a convolution',
      graphOf([node('Conv', ['x', 'w'], ['y'])], {
        inputs: [value('x', 2, 3, 6, 7)],
        initializers: [weights('w', 6, 3, 3, 3)],
        outputs: [value('y', 2, 6, 4, 5)],
      }),
      2 * (2 * 6 * 4 * 5) * (3 * 3 * 3),
    ],
    [
      'a depthwise convolution',
      graphOf([node('Conv', ['x', 'w'], ['y'], { group: attr.int(3) })], {
        inputs: [value('x', 2, 3, 6, 7)],
        initializers: [weights('w', 3, 1, 3, 3)],
        outputs: [value('y', 2, 3, 4, 5)],
      }),
      2 * (2 * 3 * 4 * 5) * (3 * 3),
    ],
    [
      // Each input value contributes to 2×2 pixels of six channels.
      'a transposed convolution',
      graphOf([node('ConvTranspose', ['x', 'w'], ['y'])], {
        inputs: [value('x', 2, 3, 4, 5)],
        initializers: [weights('w', 3, 6, 2, 2)],
        outputs: [value('y', 2, 6, 8, 10)],
      }),
      2 * (2 * 3 * 4 * 5) * (6 * 2 * 2),
    ],
    [
      'two matrix products, one with a transposed operand, but not those of a sum',
      graphOf(
        [
          node('Gemm', ['x', 'w'], ['h'], { transA: attr.int(1) }),
          node('Add', ['h', 'h'], ['s']),
          node('MatMul', ['s', 'v'], ['y']),
        ],
        {
          inputs: [value('x', 4, 3)],
          initializers: [weights('w', 4, 5), weights('v', 5, 2)],
          valueInfos: [value('h', 3, 5), value('s', 3, 5)],
          outputs: [value('y', 3, 2)],
        },
      ),
      2 * (3 * 5 * 4 + 3 * 2 * 5),
    ],
  ])('counts the operations of %s', (_what, graph, expected) => {
    expect(countFlops(graph)).toBe(expected);
  });

  it('reports the name of a value of unknown size', () => {
    const open = { name: 'x', dataType: 'float32', shape: ['batch', 3] } as const;
    const graph = graphOf([node('MatMul', ['x', 'w'], ['y'])], {
      inputs: [open],
      initializers: [weights('w', 3, 2)],
      outputs: [value('y', 1, 2)],
    });
    expect(() => countFlops(graph)).toThrow(
      expect.objectContaining({ code: 'ONNX_UNKNOWN_SIZE', message: expect.stringContaining("'x'") }),
    );
  });
});
