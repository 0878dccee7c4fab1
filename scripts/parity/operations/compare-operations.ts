import { decodeModel, encodeModel } from '@isonoise/onnx';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { singleOperations, withAllOutputs } from './single-operation.ts';

/** Creates a session in a runtime. @param optimize whether the runtime may change the graph */
export type OpenSession = (onnx: Uint8Array, optimize: boolean) => Promise<InferenceSession>;

/** Differences between two runtimes in all nodes of one operator. */
export interface OperatorDifference {
  readonly operator: string;
  readonly nodes: number;
  /** Nodes with an output whose bits differ. */
  readonly differing: number;
  /** Share of the output values whose bits differ. */
  readonly share: number;
  /** Largest difference, divided by the largest value of the same output. */
  readonly largest: number;
}

/**
 * Runs every node of a graph alone in two runtimes, with equal inputs, and compares the bits of its float32 outputs.
 * This separates the rounding of an operation from the rounding of the operations before it.
 *
 * @param feeds inputs of the whole graph
 */
export async function compareOperations(
  onnx: Uint8Array,
  feeds: Readonly<Record<string, Tensor>>,
  base: OpenSession,
  other: OpenSession,
): Promise<readonly OperatorDifference[]> {
  const model = decodeModel(onnx);
  const computed = await run(base, encodeModel(withAllOutputs(model)), feeds, false);
  const rows = new Map<
    string,
    { nodes: number; differing: number; values: number; bits: number; largest: number }
  >();
  for (const each of singleOperations(model, new Map(Object.entries({ ...feeds, ...computed })))) {
    const row = rows.get(each.node.opType) ?? { nodes: 0, differing: 0, values: 0, bits: 0, largest: 0 };
    const [ours, theirs] = [
      await run(base, each.onnx, each.feeds, true),
      await run(other, each.onnx, each.feeds, true),
    ];
    let differing = 0;
    for (const name of Object.keys(ours)) {
      const [a, b] = [ours[name]?.data, theirs[name]?.data];
      if (!(a instanceof Float32Array && b instanceof Float32Array)) continue;
      const { bits, largest } = difference(a, b);
      row.values += a.length;
      row.bits += bits;
      row.largest = Math.max(row.largest, largest);
      differing += bits;
    }
    row.nodes++;
    if (differing > 0) row.differing++;
    rows.set(each.node.opType, row);
  }
  return [...rows]
    .map(([operator, { nodes, differing, values, bits, largest }]) => ({
      operator,
      nodes,
      differing,
      share: values === 0 ? 0 : bits / values,
      largest,
    }))
    .sort((a, b) => b.share - a.share || (a.operator < b.operator ? -1 : 1));
}

async function run(
  open: OpenSession,
  onnx: Uint8Array,
  feeds: Readonly<Record<string, Tensor>>,
  optimize: boolean,
): Promise<Readonly<Record<string, Tensor>>> {
  const session = await open(onnx, optimize);
  try {
    return await session.run({ ...feeds });
  } finally {
    await session.release();
  }
}

/** Counts the values whose bits differ, and returns their largest difference relative to the largest value. */
function difference(a: Float32Array, b: Float32Array): { readonly bits: number; readonly largest: number } {
  let [bits, most, scale] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    const other = b[i] ?? Number.NaN;
    scale = Math.max(scale, Math.abs(value));
    if (Object.is(value, other)) continue;
    bits++;
    most = Math.max(most, Math.abs(value - other));
  }
  return { bits, largest: most === 0 ? 0 : most / scale };
}
