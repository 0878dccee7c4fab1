import { readOnnxMetadata } from '@isonoise/bundle';
import { createClassifier, initialParameters } from '@isonoise/network';
import { Tensor } from 'onnxruntime-node';
import '@tensorflow/tfjs-backend-cpu';
import { expect, it } from 'vitest';
import { cpuSession } from '../testdata/small-networks.ts';
import { type ClassifierExport, exportClassifier } from './export-classifier.ts';

const classifier = createClassifier({
  imageShape: { channels: 1, height: 12, width: 12 },
  classes: 3,
  channels: [2, 4],
  features: 5,
});
const request: ClassifierExport = {
  classifier,
  theta: initialParameters(classifier.parameters, 1),
  name: 'small-features',
  metadata: { 'isonoise.features.dataset': 'small' },
  createSession: cpuSession,
  referenceBackend: 'cpu',
};

it('exportClassifier writes metadata, and a graph with features and logits for any batch size', async () => {
  const onnx = await exportClassifier(request);
  expect(readOnnxMetadata(onnx)).toEqual(request.metadata);
  const session = await cpuSession(onnx);
  expect([session.inputNames, session.outputNames]).toEqual([['images'], ['features', 'logits']]);
  const images = Float32Array.from({ length: 3 * 144 }, (_, i) => Math.sin(i));
  const run = async (values: Float32Array) =>
    session.run({ images: new Tensor('float32', values, [values.length / 144, 1, 12, 12]) });
  const all = await run(images);
  expect([all.features?.dims, all.logits?.dims]).toEqual([
    [3, 5],
    [3, 3],
  ]);
  // Features do not depend on the batch.
  const last = await run(images.slice(2 * 144));
  expect(last.features?.data).toEqual(all.features?.data.slice(10));
  await session.release();
});

it('exportClassifier rejects weights of a different classifier', async () => {
  const theta = request.theta.slice(1);
  await expect(exportClassifier({ ...request, theta })).rejects.toMatchObject({ code: 'EXPORT_WEIGHTS' });
});

it.each([Number.NaN, Number.POSITIVE_INFINITY])('exportClassifier rejects weights of %d', async (weight) => {
  const theta = request.theta.map(() => weight);
  await expect(exportClassifier({ ...request, theta })).rejects.toMatchObject({
    code: 'EXPORT_WEIGHTS',
    message: expect.stringContaining('expected finite numbers'),
  });
});

it('exportClassifier rejects a graph whose outputs differ from those of the classifier', async () => {
  const other = { ...request, theta: request.theta.map((value) => 1.01 * value) };
  const onnx = await exportClassifier(other);
  const createSession = () => cpuSession(onnx);
  await expect(exportClassifier({ ...request, createSession })).rejects.toMatchObject({
    code: 'EXPORT_DIFFERS',
  });
});
