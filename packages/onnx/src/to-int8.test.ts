import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { floatModel } from '../testdata/float-model.ts';
import { checkModel } from './check.ts';
import { encodeModel } from './encode.ts';
import { tensor } from './tensor.ts';
import { roundToInt8, toInt8Weights } from './to-int8.ts';

// The largest magnitudes of the rows are 2, 0 and 1e-30.
const weight = Float32Array.of(2, -1.01, 0.5, 0, 0, 0, 1e-30, -1e-30, 2e-31);

const model = floatModel(
  { x: [3, 3] },
  { y: [3, 3] },
  {
    nodes: [{ opType: 'MatMul', name: 'product', inputs: ['x', 'w'], outputs: ['y'] }],
    initializers: [tensor('w', 'float32', [3, 3], weight)],
  },
);

describe('roundToInt8', () => {
  it('rounds each row to 127 steps of its largest magnitude', () => {
    const step = Math.fround(2 / 127);
    const tiny = Math.fround(1e-30 / 127);
    expect([...roundToInt8(weight, 3)]).toEqual(
      [127 * step, -64 * step, 32 * step, 0, 0, 0, 127 * tiny, -127 * tiny, 25 * tiny].map(Math.fround),
    );
  });

  it('changes each value by at most half a step', () => {
    const values = Float32Array.from({ length: 4096 }, (_, i) => Math.sin(i * i));
    const rounded = roundToInt8(values, 64);
    for (let row = 0; row < 64; row++) {
      const part = values.subarray(64 * row, 64 * (row + 1));
      const step = Math.max(...part.map(Math.abs)) / 127;
      for (const [i, value] of part.entries()) {
        // The tolerance includes the rounding of the scale and of the product.
        expect(Math.abs((rounded[64 * row + i] as number) - value)).toBeLessThanOrEqual(step * 0.50001);
      }
    }
  });
});

it.each([Number.NaN, Number.NEGATIVE_INFINITY])('roundToInt8 refuses the weight %d', (value) => {
  expect(() => roundToInt8(Float32Array.of(1, 2, 3, value), 2)).toThrow(
    expect.objectContaining({ code: 'ONNX_INT8_RANGE', message: expect.stringContaining('row 1') }),
  );
});

describe('toInt8Weights', () => {
  it('makes a valid model that has exactly the rounded weights in ONNX Runtime', async () => {
    const changed = toInt8Weights(model, new Set(['w']));
    checkModel(changed);
    const session = await InferenceSession.create(encodeModel(changed));
    const identity = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
    const { y } = await session.run({ x: new Tensor('float32', identity, [3, 3]) });
    expect(y?.data).toEqual(roundToInt8(weight, 3));
    await session.release();
  });

  it('leaves other weights unchanged', () => {
    expect(toInt8Weights(model, new Set(['other']))).toEqual(model);
  });
});
