import { encodeModel } from '@isonoise/onnx';
import { expect, it } from 'vitest';
import { floatModel } from '../../../onnx/testdata/float-model.ts';
import { networkFlops } from './network-cost.ts';

it('networkFlops is 1 for a network without products, so a budget then counts passes', () => {
  const shape = ['batch', 1, 2, 2] as const;
  const copy = { opType: 'Identity', name: '', inputs: ['sample'], outputs: ['out_sample'] };
  const onnx = encodeModel(floatModel({ sample: shape }, { out_sample: shape }, { nodes: [copy] }));
  expect(networkFlops(onnx, { channels: 1, height: 2, width: 2 })).toBe(1);
});
