import { trace } from '@isonoise/trace';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { classifier, descend, lossAndGradients, smallUNet } from '../support/models.ts';
import {
  createSession,
  runEager,
  runSession,
  runTraced,
  type Values,
  values,
} from '../support/trace-and-run.ts';

const scale = (list: readonly number[]): number => Math.max(...list.map(Math.abs));

/**
 * Returns the largest difference, relative to the largest value of its tensor, or to 10⁻³ of the largest
 * value of all tensors if that is larger. The second bound is needed because some gradients, such as that of
 * an attention's key bias, are zero except for rounding.
 */
function relativeError(got: readonly Values[], expected: readonly Values[]): number {
  expect(got.map(({ shape }) => [...shape])).toEqual(expected.map(({ shape }) => [...shape]));
  const largest = Math.max(...expected.map(({ values: list }) => scale(list)));
  return Math.max(
    ...expected.map(({ values: list }, i) => {
      const unit = Math.max(scale(list), 1e-3 * largest);
      return Math.max(...list.map((x, j) => Math.abs(x - (got[i]?.values[j] ?? Number.NaN)) / unit));
    }),
  );
}

describe.each([classifier, smallUNet])('the traced model $name', (model) => {
  const inputs = [...model.weights, ...model.data(2)];

  it('predicts as eager tfjs does, for any batch size', async () => {
    const forward = (...data: tf.Tensor[]): tf.Tensor =>
      model.forward(
        model.weights.map(({ values: list, shape }) => tf.tensor([...list], [...shape])),
        data,
      );
    const specs = model.data(1).map(({ shape, dtype }, i) => ({
      name: `x${i}`,
      shape: ['batch', ...shape.slice(1)],
      dtype,
    }));
    const session = await createSession(await trace(forward, specs));
    for (const batch of [1, 2, 3]) {
      const data = model.data(batch);
      const [got, expected] = [await runSession(session, data), await runEager(forward as never, data)];
      // The rounding errors of float32 sums add up over twenty layers.
      expect(relativeError(got, expected)).toBeLessThan(1e-5);
    }
    await session.release();
  });

  it('computes the loss and all gradients as eager tfjs and finite differences do', async () => {
    const { outputs } = await runTraced(lossAndGradients(model) as never, inputs);
    const eager = await runEager(lossAndGradients(model) as never, inputs);
    // Values pass forward and backward, with sums over all pixels of a batch.
    expect(relativeError(outputs, eager)).toBeLessThan(1e-4);
    for (const gradient of outputs.slice(1)) expect(scale(gradient.values)).toBeGreaterThan(0);

    // The slope of the loss along a random direction equals the part of the gradient in that direction.
    for (const seed of [1, 2, 3]) {
      const direction = model.weights.map(({ shape, values: list }, i) => {
        const size = Math.sqrt(list.reduce((sum, x) => sum + x * x, 0) / list.length);
        return values(shape, 100 * seed + i).values.map((x) => x * size);
      });
      const lossAt = async (step: number): Promise<number> => {
        const moved = inputs.map((input, i) => ({
          ...input,
          values: input.values.map((x, j) => x + step * (direction[i]?.[j] ?? 0)),
        }));
        const loss = (...tensors: tf.Tensor[]): tf.Tensor =>
          model.loss(tensors.slice(0, model.weights.length), tensors.slice(model.weights.length));
        return (await runEager(loss as never, moved))[0]?.values[0] ?? Number.NaN;
      };
      const central = async (h: number): Promise<number> =>
        ((await lossAt(h)) - (await lossAt(-h))) / (2 * h);
      const slope = (4 * (await central(0.002)) - (await central(0.004))) / 3;
      const expected = direction.reduce(
        (sum, list, i) => sum + list.reduce((part, x, j) => part + x * (outputs[i + 1]?.values[j] ?? 0), 0),
        0,
      );
      const size = Math.sqrt(
        direction.flat().reduce((sum, x) => sum + x * x, 0) *
          outputs
            .slice(1)
            .flatMap((output) => output.values)
            .reduce((sum, x) => sum + x * x, 0),
      );
      // The loss is near 1 and rounded by 6e-8. Divided by steps of 0.004, this gives an error of 3e-5. In
      // addition, a step crosses a few kinks of relu and max pooling.
      expect(Math.abs(slope - expected) / size).toBeLessThan(5e-4);
    }
  });

  it('makes two steps of gradient descent in one graph as eager tfjs does', async () => {
    const step = descend(model, 2, 0.05);
    const { outputs } = await runTraced(step as never, inputs);
    const eager = await runEager(step as never, inputs);
    expect(relativeError(outputs, eager)).toBeLessThan(1e-4);
    expect(relativeError(outputs, model.weights)).toBeGreaterThan(1e-3); // the weights changed
  });
});
