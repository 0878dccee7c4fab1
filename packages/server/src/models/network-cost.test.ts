import { encodeModel } from '@isonoise/onnx';
import { expect, it } from 'vitest';
import { networkFlops } from './network-cost.ts';

it('networkFlops is 1 for a network without products, so a budget then counts passes', () => {
  const shape = ['batch', 1, 2, 2] as const;
  const onnx = encodeModel({
    irVersion: 8,
    opsets: { '': 17 },
    producerName: 'test',
    metadata: {},
    graph: {
      name: 'copy',
      nodes: [{ opType: 'Identity', name: '', inputs: ['sample'], outputs: ['out_sample'], attributes: {} }],
      initializers: [],
      inputs: [{ name: 'sample', dataType: 'float32', shape }],
      outputs: [{ name: 'out_sample', dataType: 'float32', shape }],
    },
  });
  expect(networkFlops(onnx, { channels: 1, height: 2, width: 2 })).toBe(1);
});
