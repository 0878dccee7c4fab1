import { createBatches, type Dataset } from '@isonoise/data';
import { createClassifier, initialParameters } from '@isonoise/network';
import { fillUniforms } from '@isonoise/random';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { registerGradients } from '@isonoise/ops';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { scalarInputs } from '../step-inputs.ts';
import { mapState } from '../train-state.ts';
import { type ClassifierTensors, classifierStep, traceClassifierStep } from './classifier-step.ts';
import { type ClassifierRecipe, trainClassifier } from './train-classifier.ts';

const SIDE = 12;
const COUNT = 60;
const classifier = createClassifier({
  imageShape: { channels: 1, height: SIDE, width: SIDE },
  classes: 2,
  channels: [4, 6],
  features: 8,
});
const createSession = (model: Uint8Array): Promise<InferenceSession> =>
  InferenceSession.create(model, { executionProviders: ['cpu'], intraOpNumThreads: 1, logSeverityLevel: 3 });

/** Noisy stripes along rows (class 0) or columns (class 1). */
const stripes: Dataset = {
  name: 'stripes',
  count: COUNT,
  shape: classifier.imageShape,
  pixels: noisyStripes(),
  labels: Uint8Array.from({ length: COUNT }, (_, i) => i % 2),
  classNames: ['rows', 'columns'],
};

function noisyStripes(): Uint8Array {
  const noise = new Float32Array(COUNT * SIDE * SIDE);
  fillUniforms(noise, { seed: 5, image: 0, step: 0, purpose: 'initialNoise' });
  return Uint8Array.from(noise, (value, i) => {
    const pixel = i % (SIDE * SIDE);
    const isColumn = Math.floor(i / (SIDE * SIDE)) % 2 === 1;
    const at = isColumn ? pixel % SIDE : Math.floor(pixel / SIDE);
    return 100 * (at % 2) + 155 * value;
  });
}

const recipe: ClassifierRecipe = {
  batchSize: 10,
  steps: 150,
  seed: 3,
  learningRate: 1e-2,
  warmupSteps: 5,
  emaDecay: 0.9,
};

describe('classifierStep', () => {
  const options = {
    kind: 'adam',
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0,
    clipNorm: 1,
  } as const;

  it('minimizes the cross-entropy, and gives the same results in ONNX Runtime and in eager tfjs', async () => {
    await tf.setBackend('cpu');
    registerGradients();
    const theta = initialParameters(classifier.parameters, 2);
    const images = new Float32Array(4 * SIDE * SIDE);
    fillUniforms(images, { seed: 1, image: 0, step: 0, purpose: 'initialNoise' });
    const target = Float32Array.of(1, 0, 0, 1, 1, 0, 0, 1);
    const zeros = new Float32Array(theta.length);
    const vectors = { theta, m: zeros, v: zeros, ema: theta };
    const scalars = { learningRate: 1e-2, emaDecay: 0.5, correction1: 0.1, correction2: 0.001 };
    const tensors: ClassifierTensors = {
      state: mapState(vectors, (values) => tf.tensor1d(values)),
      scalars: {
        learningRate: tf.scalar(scalars.learningRate),
        emaDecay: tf.scalar(scalars.emaDecay),
        correction1: tf.scalar(scalars.correction1),
        correction2: tf.scalar(scalars.correction2),
      },
      images: tf.tensor4d(images, [4, 1, SIDE, SIDE]),
      target: tf.tensor2d(target, [4, 2]),
    };
    const eager = classifierStep(classifier, options, tensors);
    const session = await createSession(await traceClassifierStep(classifier, options, 4));
    const feeds = [
      ...Object.entries(vectors).map(
        ([name, values]) => [name, new Tensor('float32', values, [values.length])] as const,
      ),
      ...scalarInputs(options).map(
        ({ input, name }) =>
          [name, new Tensor('float32', [scalars[input as keyof typeof scalars]], [])] as const,
      ),
      ['images', new Tensor('float32', images, [4, 1, SIDE, SIDE])] as const,
      ['target', new Tensor('float32', target, [4, 2])] as const,
    ];
    const traced = await session.run(Object.fromEntries(feeds));

    const weights = classifier.parameters.map(({ shape }, i) => {
      const sizes = classifier.parameters.map((spec) => tf.util.sizeFromShape([...spec.shape]));
      const start = sizes.slice(0, i).reduce((sum, size) => sum + size, 0);
      return tf.tensor(theta.subarray(start, start + (sizes[i] ?? 0)), [...shape]);
    });
    const { logits } = classifier.forward(weights, tensors.images);
    const reference = tf.neg(tf.mean(tf.sum(tf.mul(tensors.target, tf.log(tf.softmax(logits))), 1)));
    // Both sides add float32 values, but in different orders.
    expect(eager.loss.dataSync()[0]).toBeCloseTo(reference.dataSync()[0] ?? 0, 5);
    expect(Number(traced.loss?.data[0])).toBeCloseTo(eager.loss.dataSync()[0] ?? 0, 5);
    expect(Number(traced.grad_norm?.data[0])).toBeCloseTo(eager.gradNorm.dataSync()[0] ?? 0, 5);
    const m = eager.state.m?.dataSync<'float32'>() ?? new Float32Array();
    expect(m).toHaveLength(theta.length);
    const tracedM = traced.next_m?.data as Float32Array;
    expect(Math.max(...m.map((value, i) => Math.abs(value - (tracedM[i] ?? Number.NaN))))).toBeLessThan(1e-6);
    await session.release();
  });
});

describe('trainClassifier', () => {
  it('reduces the loss, and returns the same weights for the same seed', async () => {
    const losses: number[] = [];
    const train = (seed: number) =>
      trainClassifier({
        classifier,
        batches: createBatches(stripes, { batchSize: recipe.batchSize, seed }),
        recipe: { ...recipe, seed },
        createSession,
        onStep: (step, loss) => {
          losses[step - 1] = loss;
        },
      });
    const first = await train(3);
    expect(losses).toHaveLength(150);
    expect(losses[0]).toBeGreaterThan(0.3);
    // The loss of guessing is ln 2 = 0.69.
    expect(losses.at(-1)).toBeLessThan(0.2);
    expect(await train(3)).toEqual(first);
    expect(await train(4)).not.toEqual(first);
  });

  it('rejects images without labels or with unknown labels, and stops when its signal is aborted', async () => {
    const { labels: _, classNames: __, ...bare } = stripes;
    const train = (dataset: Dataset, signal?: AbortSignal) => {
      const batches = createBatches(dataset, { batchSize: recipe.batchSize, seed: 0 });
      return trainClassifier({ classifier, batches, recipe, createSession, signal });
    };
    await expect(train(bare)).rejects.toThrow('images have no labels; expected 0 to 1');
    const labels = Uint8Array.from({ length: COUNT }, () => 2);
    const three = { ...stripes, labels, classNames: ['a', 'b', 'c'] };
    await expect(train(three)).rejects.toThrow('an image has label 2; expected 0 to 1');
    await expect(train(stripes, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
  });
});
