import { type TensorData, toTypedArray, type ValueInfo } from '@isonoise/onnx';
import type { RecordedNode } from './recorder.ts';

/** A recorded graph between passes. */
export interface RecordedGraph {
  readonly nodes: readonly RecordedNode[];
  readonly initializers: ReadonlyMap<string, TensorData>;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Shape of every named value. */
  shapeOf(name: string): readonly number[];
}

/** Rewrites a graph into one that computes the same. */
export type Pass = (graph: RecordedGraph) => RecordedGraph;

/** How often each value is used, graph outputs included. */
export function useCounts({ nodes, outputs }: RecordedGraph): Map<string, number> {
  const counts = new Map<string, number>();
  const names = [...nodes.flatMap((node) => node.inputs), ...outputs.map((output) => output.name)];
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Numbers of an int64 constant: shapes, axes, pads. */
export function int64Values(tensor: TensorData): number[] {
  return Array.from(toTypedArray(tensor), Number);
}
