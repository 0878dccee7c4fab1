import type { Classifier } from '@isonoise/network';
import { encodeModel } from '@isonoise/onnx';
import { fillUniforms } from '@isonoise/random';
import { type TensorSpec, traceModel } from '@isonoise/trace';
import * as tf from '@tensorflow/tfjs-core';
import { type InferenceSession, Tensor } from 'onnxruntime-common';
import { EXPORT_TOLERANCE } from './checked-graph.ts';
import { startReference } from './compare-with-tfjs.ts';
import { exportError } from './errors.ts';
import { namedWeights } from './network-model.ts';

/** Names of the tensors of an exported classifier. */
export const CLASSIFIER_TENSORS = { images: 'images', features: 'features', logits: 'logits' } as const;

export interface ClassifierExport {
  readonly classifier: Classifier;
  /** Weights, flat `[P]`, in the order of the classifier's parameters. */
  readonly theta: Float32Array;
  readonly name: string;
  /** Content of `metadata_props` in the file. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly createSession: (model: Uint8Array) => Promise<InferenceSession>;
  /** Name of the tfjs backend for the check. */
  readonly referenceBackend: string;
}

/** Names of the outputs, in the order of the graph. */
const OUTPUTS = [CLASSIFIER_TENSORS.features, CLASSIFIER_TENSORS.logits] as const;

/** Batch sizes of the check. */
const BATCHES = [1, 2, 5] as const;

/**
 * Exports a classifier as ONNX, after comparing the graph in ONNX Runtime with the classifier in tfjs.
 *
 * @returns bytes of a model with the input `images` `[batch, C, H, W]` in [−1, 1], and the outputs `features`
 *   `[batch, K]` and `logits` `[batch, classes]`
 * @throws `EXPORT_DIFFERS` if the outputs differ; `EXPORT_WEIGHTS` if the weights do not fit the classifier or its
 *   outputs are not finite; `EXPORT_REFERENCE` if the tfjs backend cannot be started
 */
export async function exportClassifier(request: ClassifierExport): Promise<Uint8Array> {
  const { classifier, theta, name, metadata, createSession } = request;
  const weights = namedWeights(classifier, theta);
  const { channels, height, width } = classifier.imageShape;
  const specs: TensorSpec[] = [
    { name: CLASSIFIER_TENSORS.images, shape: ['batch', channels, height, width] },
    ...weights.map((weight) => ({
      ...weight,
      dtype: 'float32' as const,
      values: weight.data as Float32Array,
    })),
  ];
  const model = await traceModel(
    (images, ...w) => {
      const { features, logits } = classifier.forward(w, images as tf.Tensor4D);
      return [features, logits];
    },
    specs,
    { outputNames: OUTPUTS, graphName: name, metadata },
  );
  const onnx = encodeModel(model);
  const session = await createSession(onnx);
  try {
    await requireEqualToTfjs(
      session,
      request,
      weights.map(({ shape, data }) => ({ shape, data: data as Float32Array })),
    );
  } finally {
    await session.release();
  }
  return onnx;
}

async function requireEqualToTfjs(
  session: InferenceSession,
  { classifier, referenceBackend }: ClassifierExport,
  weights: readonly { readonly shape: readonly number[]; readonly data: Float32Array }[],
): Promise<void> {
  const { channels, height, width } = classifier.imageShape;
  const before = tf.engine().backendName as string | undefined;
  await startReference(referenceBackend);
  const kept = weights.map(({ shape, data }) => tf.tensor(data, [...shape], 'float32'));
  try {
    for (const [trial, batch] of BATCHES.entries()) {
      const pixels = new Float32Array(batch * channels * height * width);
      fillUniforms(pixels, { seed: 0, image: 0, step: trial, purpose: 'initialNoise' });
      const images = pixels.map((value) => 2 * value - 1);
      const shape = [batch, channels, height, width] as const;
      const results = await session.run({
        [CLASSIFIER_TENSORS.images]: new Tensor('float32', images, shape),
      });
      const expected = tf.tidy(() => {
        const { features, logits } = classifier.forward(kept, tf.tensor4d(images, [...shape]));
        return [features, logits];
      });
      for (const [i, output] of OUTPUTS.entries()) {
        const reference = (await expected[i]?.data<'float32'>()) ?? new Float32Array(0);
        const got = results[output]?.data as Float32Array;
        requireClose(reference, got, `the ${output} of a batch of ${batch}`, referenceBackend);
      }
      tf.dispose(expected);
    }
  } finally {
    tf.dispose(kept);
    if (before) await tf.setBackend(before);
  }
}

function requireClose(reference: Float32Array, got: Float32Array, what: string, backend: string): void {
  // Math.max keeps NaN, so a graph that returns NaN is not accepted as equal.
  const difference = reference.reduce(
    (most, value, i) => Math.max(most, Math.abs((got[i] ?? Number.NaN) - value)),
    0,
  );
  const largest = reference.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  if (!Number.isFinite(largest)) {
    throw exportError(
      'EXPORT_WEIGHTS',
      `export: the largest value of ${what} in tfjs (${backend}) is ${largest}; expected finite numbers. Nothing was written. ` +
        'Weights that are NaN or too large do this: train again with a lower learning rate.',
    );
  }
  const allowed = EXPORT_TOLERANCE.float32 * largest;
  if (difference <= allowed) return;
  throw exportError(
    'EXPORT_DIFFERS',
    `export: ${what} in ONNX Runtime and tfjs (${backend}) differ by ${difference}; expected at most ${allowed}. ` +
      'Nothing was written. This is a bug in a trace rule or kernel. Report it.',
  );
}
