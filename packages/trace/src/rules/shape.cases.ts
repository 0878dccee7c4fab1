import * as tf from '@tensorflow/tfjs-core';
import type { RuleCases } from '../../../../tests/support/rule-cases.ts';
import { values } from '../../../../tests/support/trace-and-run.ts';
import { channelsFirst } from './image-layouts.cases.ts';

const broadcastTo =
  (shape: number[]) =>
  (x: tf.Tensor): tf.Tensor =>
    tf.engine().runKernel(tf.BroadcastTo, { x }, { shape });

const tiled =
  (times: number[]) =>
  (x: tf.Tensor): tf.Tensor =>
    tf.tile(tf.reshape(x, [...Array<number>(times.length - x.rank).fill(1), ...x.shape]), times);

const image = values([2, 3, 4, 6]);
/**
 * Target shapes for a channels-first image. The bytes of the image can stay in place for some of these shapes, and must
 * move for the others.
 */
const targets = [
  [2, 12, 6],
  [24, 6],
  [144],
  [2, 3, 4, 2, 3],
  [2, 3, 24],
  [6, 4, 6],
  [1, 2, 3, 4, 1, 6],
  [2, 12, 3, 2],
  [4, 36],
  [2, 3, 2, 2, 6],
];

export const shapeCases: RuleCases = {
  Reshape: [
    ...targets.flatMap((shape) => [
      { what: `to [${shape}]`, run: (x: tf.Tensor) => tf.reshape(x, shape), inputs: [image] },
      {
        what: `to [${shape}], channels first`,
        run: (x: tf.Tensor) => tf.reshape(channelsFirst(x), shape),
        inputs: [image],
      },
      {
        what: `to [${shape}] and back, channels first`,
        run: (x: tf.Tensor) => tf.reshape(tf.mul(tf.reshape(channelsFirst(x), shape), 2), [2, 3, 4, 6]),
        inputs: [image],
      },
    ]),
    { what: 'with an inferred size', run: (x: tf.Tensor) => tf.reshape(x, [4, -1]), inputs: [image] },
    { what: 'a scalar', run: (x: tf.Tensor) => tf.reshape(x, [1, 1]), inputs: [values([])] },
    { what: 'to a scalar', run: (x: tf.Tensor) => tf.reshape(x, []), inputs: [values([1, 1])] },
    { what: 'no values', run: (x: tf.Tensor) => tf.reshape(x, [3, 0]), inputs: [values([0, 2])] },
    {
      what: 'constants and broadcast values',
      run: (x: tf.Tensor) => [
        tf.reshape(tf.fill([2, 3], 4), [6]),
        tf.reshape(tf.tensor([1, 2, 3, 4]), [2, 2]),
        tf.reshape(tf.broadcastTo(x, [2, 3]), [3, 2]),
        tf.reshape(tf.broadcastTo(tf.max(x), [2, 3]), [3, 2]),
      ],
      inputs: [values([3])],
    },
  ],
  ExpandDims: [0, 1, 2, -1].map((axis) => ({
    what: `axis ${axis}`,
    run: (x: tf.Tensor) => tf.expandDims(x, axis),
    inputs: [values([2, 3])],
  })),
  Transpose: [
    ...[
      [0, 3, 1, 2],
      [3, 2, 1, 0],
      [1, 0, 3, 2],
      [0, 1, 3, 2],
    ].flatMap((perm) => [
      { what: `${perm}`, run: (x: tf.Tensor) => tf.transpose(x, perm), inputs: [image] },
      {
        what: `${perm}, channels first`,
        run: (x: tf.Tensor) => tf.transpose(channelsFirst(x), perm),
        inputs: [image],
      },
    ]),
    {
      what: 'a chain',
      run: (x: tf.Tensor) =>
        tf.transpose(
          tf.reshape(tf.transpose(tf.transpose(x, [0, 3, 1, 2]), [1, 0, 2, 3]), [6, 2, 12]),
          [2, 1, 0],
        ),
      inputs: [image],
    },
    {
      what: 'a transpose and its inverse',
      run: (x: tf.Tensor) => tf.add(tf.transpose(tf.transpose(x, [1, 2, 3, 0]), [3, 0, 1, 2]), x),
      inputs: [image],
    },
    {
      what: 'axes of size 1',
      run: (x: tf.Tensor) => tf.transpose(x, [2, 0, 1]),
      inputs: [values([1, 4, 1])],
    },
    {
      what: 'a constant, an array, a broadcast value',
      run: (x: tf.Tensor) => [
        tf.transpose(tf.fill([2, 3], 4)),
        tf.transpose(tf.tensor([1, 2, 3, 4, 5, 6], [2, 3])),
        tf.transpose(tf.broadcastTo(x, [2, 3])),
      ],
      inputs: [values([3])],
    },
  ],
  // tf.broadcastTo runs Tile; only converted models run this kernel.
  BroadcastTo: [
    { what: 'a row', run: broadcastTo([2, 3]), reference: tiled([2, 1]), inputs: [values([3])] },
    { what: 'a column', run: broadcastTo([2, 3]), reference: tiled([1, 3]), inputs: [values([2, 1])] },
    { what: 'a scalar', run: broadcastTo([3]), reference: tiled([3]), inputs: [values([])] },
    {
      what: 'twice',
      run: (x: tf.Tensor) => broadcastTo([2, 2, 3])(broadcastTo([2, 3])(x)),
      reference: tiled([2, 2, 1]),
      inputs: [values([3])],
    },
    {
      what: 'channels first',
      run: (x: tf.Tensor) => broadcastTo([2, 4, 3, 2])(channelsFirst(x)),
      reference: tiled([1, 4, 1, 1]),
      inputs: [values([2, 1, 3, 2])],
    },
  ],
};
