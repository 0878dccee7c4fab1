import { IsonoiseError } from '@isonoise/error';
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { type TensorSpec, type TraceErrorCode, trace } from './index.ts';

const vector: TensorSpec[] = [{ name: 'x', shape: [3] }];

async function expectError(
  run: () => Promise<unknown>,
  code: TraceErrorCode,
  ...parts: string[]
): Promise<void> {
  const error = await run().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(IsonoiseError);
  expect((error as IsonoiseError).code).toBe(code);
  for (const part of parts) expect((error as IsonoiseError).message).toContain(part);
}

beforeEach(async () => {
  await tf.setBackend('cpu');
});

describe('trace refuses', () => {
  it('a kernel without a rule, with its name and advice', async () => {
    await expectError(
      () => trace((x) => tf.topk(x).values, vector),
      'TRACE_KERNEL_UNSUPPORTED',
      'TopK',
      'compose',
      'add a rule',
      'README.md',
    );
    await expectError(() => trace((x) => tf.unique(x).values, vector), 'TRACE_KERNEL_UNSUPPORTED', 'Unique');
  });

  it('a kernel without a gradient, with its name and advice', async () => {
    const strided = (x: tf.Tensor): tf.Tensor => tf.grad((y) => tf.stridedSlice(y, [0], [3], [2]))(x);
    await expectError(
      () => trace(strided, vector),
      'TRACE_GRADIENT_MISSING',
      'StridedSlice',
      'registerGradient',
    );
  });

  it('attributes that a rule does not support', async () => {
    const image: TensorSpec[] = [{ name: 'x', shape: [1, 4, 4, 1] }];
    await expectError(
      () =>
        trace(
          (x) =>
            tf.mirrorPad(
              x,
              [
                [0, 0],
                [1, 1],
                [1, 1],
                [0, 0],
              ],
              'symmetric',
            ),
          image,
        ),
      'TRACE_ATTRIBUTE_UNSUPPORTED',
      'MirrorPad',
      'symmetric',
      'reflect',
    );
    await expectError(
      () => trace((x) => tf.grad((y) => tf.maxPool(y as tf.Tensor4D, 3, 1, 'same'))(x), image),
      'TRACE_ATTRIBUTE_UNSUPPORTED',
      'MaxPoolGrad',
      'overlap',
    );
    await expectError(
      () => trace((x) => tf.conv2d(x as tf.Tensor4D, tf.ones([1, 1, 4, 1]), 1, 'valid', 'NCHW'), image),
      'TRACE_ATTRIBUTE_UNSUPPORTED',
      'Conv2D',
      'NCHW',
      'NHWC',
    );
    await expectError(
      () => trace((x) => tf.cast(x, 'complex64'), vector),
      'TRACE_ATTRIBUTE_UNSUPPORTED',
      'complex64',
    );
  });

  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    [tf.Add, (x) => tf.engine().runKernel(tf.Add, { a: x, b: x })],
    [tf.Abs, tf.abs],
    [tf.ClipByValue, (x) => tf.clipByValue(x, 0, 1)],
    [tf.Step, (x) => tf.step(x)],
    [tf.BatchMatMul, (x) => tf.matMul(x, x)],
  ])('booleans in %s', async (kernel, run) => {
    const flags: TensorSpec[] = [{ name: 'x', shape: [2, 2], dtype: 'bool' }];
    await expectError(
      () => trace(run as never, flags),
      'TRACE_ATTRIBUTE_UNSUPPORTED',
      kernel,
      'bool',
      'cast',
    );
  });

  it('a function that reads values of a tensor', async () => {
    await expectError(
      () => trace((x) => tf.scalar(tf.sum(x).dataSync()[0] ?? 0), vector),
      'TRACE_VALUE_READ',
      'dataSync',
    );
  });

  it('a tensor of an earlier trace', async () => {
    const kept: tf.Tensor[] = [];
    await trace((x) => {
      kept.push(tf.keep(tf.exp(x)));
      return x;
    }, vector);
    await expectError(
      () => trace((x) => tf.add(x, kept[0] as tf.Tensor), vector),
      'TRACE_VALUE_READ',
      'earlier trace',
    );
    kept[0]?.dispose();
  });

  it('a function whose results are not the expected number of tensors', async () => {
    await expectError(() => trace((async (x: tf.Tensor) => x) as never, vector), 'TRACE_SPEC', 'a promise');
    await expectError(() => trace(() => 3 as never, vector), 'TRACE_SPEC', 'number');
    await expectError(
      () => trace((x) => [x, x], vector, { outputNames: ['one'] }),
      'TRACE_SPEC',
      'outputNames is [one]; expected 2',
    );
  });

  it('a function that returns no tensors', async () => {
    await expectError(
      () => trace(() => [], vector),
      'TRACE_SPEC',
      'the function returned no tensors; expected',
    );
  });

  it.each([
    ['two symbols', [{ name: 'x', shape: ['batch', 'width'] }], {}, 'batch, width'],
    ['two inputs with the same name', [...vector, ...vector], {}, 'two inputs are named x'],
    ['an input without a name', [{ name: '', shape: [1] }], {}, 'empty name'],
    ['a type that is not traced', [{ name: 'x', shape: [1], dtype: 'string' as never }], {}, 'type string'],
    ['values in a list', [{ name: 'x', shape: [1], values: [1] as never }], {}, 'not in a Float32Array'],
    ['a dimension with a control character', [{ name: 'x', shape: ['a\n'] }], {}, '"a\\n" as dimension 0'],
    ['a number as the name of a dimension', [{ name: 'x', shape: ['2'] }], {}, '"2" as dimension 0'],
    ['an input with a control character', [{ name: 'x\u0007', shape: [1] }], {}, 'input 0'],
    ['a negative size', [{ name: 'x', shape: [-1] }], {}, '-1'],
    ['an output with the name of an input', vector, { outputNames: ['x'] }, 'named x'],
    ['an input with the default name of an output', [{ name: 'y', shape: [3] }], {}, 'named y'],
    [
      'values of the wrong type',
      [{ name: 'x', shape: [1], dtype: 'int32', values: Float32Array.of(1) }],
      {},
      'type int32; expected float32',
    ],
    [
      'values with a named dimension',
      [...vector, { name: 'w', shape: ['batch'], values: new Float32Array(11) }],
      {},
      'w has values and the dimension batch',
    ],
    [
      'too few values',
      [{ name: 'x', shape: [2], values: Float32Array.of(1) }],
      {},
      'has 1 value; expected 2',
    ],
    ['blocks of zero channels', vector, { channelBlock: 0 }, 'channelBlock is 0'],
    ['blocks of half a channel', vector, { channelBlock: 1.5 }, 'channelBlock is 1.5'],
    [
      'value infos of a symbolic graph',
      [{ name: 'x', shape: ['batch'] }],
      { valueInfos: true },
      'batch is symbolic',
    ],
  ] as [string, TensorSpec[], object, string][])('%s', async (_what, specs, options, part) => {
    await expectError(() => trace((...x) => tf.exp(x[0] as tf.Tensor), specs, options), 'TRACE_SPEC', part);
  });
});
