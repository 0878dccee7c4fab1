import type { Batch } from '@isonoise/data';
import { type Classifier, initialParameters } from '@isonoise/network';
import { Tensor } from 'onnxruntime-common';
import { emaDecayAt } from '../ema-decay.ts';
import type { SessionFactory } from '../engine-onnxruntime.ts';
import { trainError } from '../errors.ts';
import { learningRateAt } from '../learning-rate.ts';
import { scalarInputs, scalarsOf } from '../step-inputs.ts';
import type { StepOptions } from '../step-options.ts';
import { nextName } from '../traced-step.ts';
import { initialState, makeState, mapState, type State } from '../train-state.ts';
import { traceClassifierStep } from './classifier-step.ts';

/** Everything that determines what a classifier learns. */
export interface ClassifierRecipe {
  /** Images per step. */
  readonly batchSize: number;
  readonly steps: number;
  /** Seed of the initial weights. */
  readonly seed: number;
  /** Largest learning rate, which decreases to 0 along a cosine. */
  readonly learningRate: number;
  readonly warmupSteps: number;
  /** Decay of the exponential average of the weights. Training returns this average. */
  readonly emaDecay: number;
}

export interface ClassifierTraining {
  readonly classifier: Classifier;
  /** Labelled images of each zero-based step, such as `createBatches(dataset, …)`. */
  readonly batches: { batch(step: number): Pick<Batch, 'images' | 'labels'> };
  readonly recipe: ClassifierRecipe;
  readonly createSession: SessionFactory;
  /** Called after each step, with its number from 1. */
  readonly onStep?: ((step: number, loss: number) => void) | undefined;
  /** Stops the training before the next step. */
  readonly signal?: AbortSignal | undefined;
}

const STEP: StepOptions = {
  kind: 'adam',
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  clipNorm: 1,
};

/**
 * Trains a classifier on ONNX Runtime. A whole step is one graph.
 *
 * @returns the averaged weights, flat `[P]`
 * @throws `TRAIN_IMAGES` if images have no label, or a label that the classifier lacks; `TRAIN_NON_FINITE` if the
 *   loss of a step is not finite; the signal's reason if aborted
 */
export async function trainClassifier(training: ClassifierTraining): Promise<Float32Array> {
  const { classifier, batches, recipe, createSession, onStep, signal } = training;
  const { classes } = classifier;
  const { batchSize, steps, seed, learningRate, warmupSteps, emaDecay } = recipe;
  const { channels, height, width } = classifier.imageShape;
  const session = await createSession(await traceClassifierStep(classifier, STEP, batchSize));
  try {
    const start = initialParameters(classifier.parameters, seed);
    const initial = initialState(STEP, classifier.parameters, start);
    let state: State<Tensor> = mapState(initial, (vector) => new Tensor('float32', vector, [vector.length]));
    const scalarNames = scalarInputs(STEP);
    for (let step = 1; step <= steps; step++) {
      signal?.throwIfAborted();
      const { images, labels } = batches.batch(step - 1);
      const scalars = scalarsOf(
        {
          step,
          learningRate: learningRateAt({ kind: 'cosine', warmupSteps }, learningRate, step, steps),
          emaDecay: emaDecayAt({ decay: emaDecay, warmup: true }, step),
        },
        STEP,
      );
      const results = await session.run({
        ...state,
        ...Object.fromEntries(
          scalarNames.map(({ input, name }) => [
            name,
            new Tensor('float32', scalars[input] as Float32Array, []),
          ]),
        ),
        images: new Tensor('float32', images, [batchSize, channels, height, width]),
        target: new Tensor('float32', oneHot(requireLabels(labels, classes), classes), [batchSize, classes]),
      });
      state = makeState(STEP, (slot) => results[nextName(slot)] as Tensor);
      const loss = Number(results.loss?.data[0]);
      if (!Number.isFinite(loss)) {
        throw trainError(
          'TRAIN_NON_FINITE',
          `trainClassifier: the loss of step ${step} is ${loss}; expected a finite number. Lower the learning rate.`,
        );
      }
      onStep?.(step, loss);
    }
    return ((await state.ema.getData()) as Float32Array).slice();
  } finally {
    await session.release();
  }
}

function requireLabels(labels: Int32Array | undefined, classes: number): Int32Array {
  const wrong = labels?.find((label) => label < 0 || label >= classes);
  if (labels !== undefined && wrong === undefined) return labels;
  const found = wrong === undefined ? 'images have no labels' : `an image has label ${wrong}`;
  throw trainError(
    'TRAIN_IMAGES',
    `trainClassifier: ${found}; expected 0 to ${classes - 1}, the classes of the classifier. Create the classifier for these images.`,
  );
}

/** Encodes labels as one-hot rows: `[B]` -> `[B, classes]`. */
function oneHot(labels: ArrayLike<number>, classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes);
  for (let i = 0; i < labels.length; i++) rows[i * classes + (labels[i] as number)] = 1;
  return rows;
}
