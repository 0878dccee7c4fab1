import { int64Vector, type TensorData, toTypedArray, type ValueInfo } from '@isonoise/onnx';
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

/** Rewrites a graph without changing its results. */
export type Pass = (graph: RecordedGraph) => RecordedGraph;

/**
 * One size of a value: a number, the name of the batch if the size equals the batch size, or null if the size depends on
 * the batch size in any other way.
 */
export type OpenSize = number | string | null;

/** A recorded graph for any batch size. `shapeOf` still returns the shapes at the traced batch size. */
export interface OpenGraph extends RecordedGraph {
  /** Shape of a value of the original graph. Values that passes add later are not known here. */
  openShapeOf(name: string): readonly OpenSize[];
}

/** Counts how often each value is used, graph outputs included. */
export function useCounts({ nodes, outputs }: RecordedGraph): Map<string, number> {
  const counts = new Map<string, number>();
  const names = [...nodes.flatMap((node) => node.inputs), ...outputs.map((output) => output.name)];
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Returns the numbers of an int64 constant, such as a shape, axes or pads. */
export function int64Values(tensor: TensorData): number[] {
  return Array.from(toTypedArray(tensor), Number);
}

/** The constants, and the shapes of new values, that a pass adds to a graph in addition to nodes. */
export class Additions<G extends RecordedGraph> {
  readonly #graph: G;
  readonly #initializers: Map<string, TensorData>;
  readonly #shapes = new Map<string, readonly number[]>();

  constructor(graph: G) {
    this.#graph = graph;
    this.#initializers = new Map(graph.initializers);
  }

  /** Adds a constant; returns its name. */
  constant(tensor: TensorData): string {
    this.#initializers.set(tensor.name, tensor);
    return this.value(tensor.name, tensor.dims);
  }

  int64(name: string, values: readonly number[]): string {
    return this.constant(int64Vector(name, values));
  }

  /** Declares the shape of a new node's output; returns its name. */
  value(name: string, shape: readonly number[]): string {
    this.#shapes.set(name, shape);
    return name;
  }

  /** Returns the graph with the additions, and with `nodes` in place of its nodes. */
  graphOf(nodes: readonly RecordedNode[]): G {
    return {
      ...this.#graph,
      nodes,
      initializers: this.#initializers,
      shapeOf: (name) => this.#shapes.get(name) ?? this.#graph.shapeOf(name),
    };
  }
}
