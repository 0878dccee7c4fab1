import { decodeModel, toTypedArray } from '@isonoise/onnx';

/**
 * Returns the float32 weights of a float32 or int8 graph by their names. Weights in eight bits are multiplied by the
 * scale of their row, as DequantizeLinear does.
 */
export function graphWeights(onnx: Uint8Array): ReadonlyMap<string, Float32Array> {
  const { initializers, nodes } = decodeModel(onnx).graph;
  const values = new Map(initializers.map((each) => [each.name, toTypedArray(each)]));
  const weights = new Map<string, Float32Array>();
  for (const [name, each] of values) if (each instanceof Float32Array) weights.set(name, each);
  for (const { opType, inputs, outputs } of nodes) {
    const [stored, scales] = inputs.map((name) => values.get(name));
    const [name] = outputs;
    if (opType !== 'DequantizeLinear' || name === undefined) continue;
    if (!(stored instanceof Int8Array && scales instanceof Float32Array)) continue;
    const width = stored.length / scales.length;
    const exact = Float32Array.from(
      stored,
      (value, i) => value * (scales[Math.floor(i / width)] ?? Number.NaN),
    );
    weights.set(name, exact);
  }
  return weights;
}
