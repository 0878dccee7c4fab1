import { attr, encodeModel, tensor } from '@isonoise/onnx';

export interface FeatureGraphOptions {
  /** Number of images per pass, or the name of a dimension, which allows any number. Default: `batch`. */
  readonly batch?: number | string;
  /** Side of the images, in pixels. */
  readonly size: number;
  /** Number of channels. Default: 1. */
  readonly channels?: number;
  /** Metadata of the file. Default: none. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Number of class scores; 0 for a graph without class scores. */
  readonly classes: number;
}

/** Returns an ONNX network whose output `pixels` is its flattened input. The score of class c is pixel c. */
export function featureGraph({
  batch = 'batch',
  channels = 1,
  metadata = {},
  size,
  classes,
}: FeatureGraphOptions): Uint8Array {
  const width = channels * size * size;
  const choice = new Float32Array(width * classes);
  for (let c = 0; c < classes; c++) choice[c * classes + c] = 1;
  const features = {
    opType: 'Flatten',
    name: 'Flatten',
    inputs: ['pictures'],
    outputs: ['pixels'],
    attributes: { axis: attr.int(1) },
  };
  const logits = {
    opType: 'MatMul',
    name: 'MatMul',
    inputs: ['pixels', 'choice'],
    outputs: ['logits'],
    attributes: {},
  };
  const hasLogits = classes > 0;
  return encodeModel({
    irVersion: 8,
    opsets: { '': 17 },
    producerName: 'test',
    metadata: { ...metadata },
    graph: {
      name: 'features',
      nodes: hasLogits ? [features, logits] : [features],
      initializers: hasLogits ? [tensor('choice', 'float32', [width, classes], choice)] : [],
      inputs: [{ name: 'pictures', dataType: 'float32', shape: [batch, channels, size, size] }],
      outputs: [
        { name: 'pixels', dataType: 'float32', shape: [batch, width] },
        ...(hasLogits ? [{ name: 'logits', dataType: 'float32' as const, shape: [batch, classes] }] : []),
      ],
    },
  });
}
