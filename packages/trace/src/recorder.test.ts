import { attr } from '@isonoise/onnx';
import { describe, expect, it } from 'vitest';
import { Recorder } from './recorder.ts';

const recorder = (): { r: Recorder; x: string } => {
  const r = new Recorder();
  return { r, x: r.input('x', [2, 3, 4]) };
};

describe('Recorder', () => {
  it('writes equal nodes once', () => {
    const { r, x } = recorder();
    const [a, b] = [r.op('Exp', [x], [2, 3, 4]), r.op('Exp', [x], [2, 3, 4])];
    expect(a).toBe(b);
    expect(r.nodes.map(({ opType }) => opType)).toEqual(['Exp']);
  });

  it('distinguishes nodes by op, inputs, attributes and number of outputs', () => {
    const { r, x } = recorder();
    const y = r.op('Softmax', [x], [2, 3, 4], { axis: attr.int(1) });
    expect(r.op('Softmax', [x], [2, 3, 4], { axis: attr.int(2) })).not.toBe(y);
    expect(r.op('LogSoftmax', [x], [2, 3, 4], { axis: attr.int(1) })).not.toBe(y);
    expect(r.op('Softmax', [y], [2, 3, 4], { axis: attr.int(1) })).not.toBe(y);
    expect(r.ops('Softmax', [x], [[2, 3, 4], [1]], { axis: attr.int(1) })[0]).not.toBe(y);
  });

  it('stores equal constants once, by type, shape and bytes', () => {
    const { r } = recorder();
    expect(r.scalar(0)).toBe(r.scalar(0));
    expect(r.scalar(0)).not.toBe(r.scalar(-0));
    expect(r.scalar(0)).not.toBe(r.float32([0], [1]));
    expect(r.int64([1])).not.toBe(r.constant('int32', [1], [1]));
    const ones = (): string => r.float32(new Float32Array(10_000).fill(1), [10_000]);
    expect(ones()).toBe(ones());
    expect(r.initializers.size).toBe(6);
  });

  it('folds reshapes of reshapes, and omits reshapes to the same shape', () => {
    const { r, x } = recorder();
    expect(r.reshape(x, [2, 3, 4])).toBe(x);
    const y = r.reshape(r.reshape(x, [6, 4]), [24]);
    expect(r.producerOf(y)?.inputs[0]).toBe(x);
    expect(r.reshape(y, [2, 3, 4])).toBe(x);
  });

  it('folds transposes of transposes, and writes a Reshape if only axes of size 1 move', () => {
    const { r, x } = recorder();
    const turned = r.transpose(x, [2, 0, 1]);
    expect(r.shapeOf(turned)).toEqual([4, 2, 3]);
    expect(r.transpose(turned, [1, 2, 0])).toBe(x);
    const thin = r.input('thin', [1, 3, 1, 2]);
    expect(r.producerOf(r.transpose(thin, [2, 1, 3, 0]))?.opType).toBe('Reshape');
  });

  it('merges axes that stay adjacent if this leaves a single axis to move', () => {
    const { r } = recorder();
    const taps = r.input('taps', [3, 3, 8, 4]);
    const filter = r.transpose(taps, [2, 3, 0, 1]);
    expect(r.shapeOf(filter)).toEqual([8, 4, 3, 3]);
    expect(r.nodes.map(({ opType }) => opType)).toEqual(['Reshape', 'Transpose', 'Reshape']);
    expect(r.nodes[1]?.attributes).toEqual({ perm: attr.ints([1, 0]) });
    expect(r.producerOf(r.transpose(taps, [3, 0, 1, 2]))?.opType).toBe('Transpose');
  });

  it('does not give a value the name of an input or output', () => {
    const { r, x } = recorder();
    r.reserve(['v0', 'c1', 'v2']);
    const names = [r.op('Exp', [x], [2, 3, 4]), r.scalar(1), r.op('Log', [x], [2, 3, 4])];
    expect(names.filter((name) => ['v0', 'c1', 'v2'].includes(name))).toEqual([]);
  });

  it('rejects values that do not match their shape', () => {
    expect(() => new Recorder().input('w', [2, 3], new Float32Array(5))).toThrow(
      'input w of shape [2,3] has 5 values; expected 6',
    );
  });
});
