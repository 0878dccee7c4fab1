import { attr, int64Vector, type TensorData } from '@isonoise/onnx';
import type { RecordedGraph } from './graph-pass.ts';
import type { RecordedNode } from './recorder.ts';

/** A size of a target: a number, or a multiple of the named dimension. */
export type TargetSize = number | { readonly times: number };

/** An input and the axis of this input from which the graph reads the size of the named dimension. */
export interface NamedAxis {
  readonly input: string;
  readonly axis: number;
}

/**
 * Targets of Expand, Tile and Reshape that the graph computes from the shape of an input. Equal targets are written once.
 */
export class ComputedSizes {
  readonly #from: NamedAxis;
  readonly #initializers: Map<string, TensorData>;
  readonly #taken: Set<string>;
  readonly #known = new Map<string, string>();
  readonly #lengths = new Map<string, number>();
  #pending: RecordedNode[] = [];

  /** @param initializers the initializers of the new graph; constants are added to them */
  constructor(graph: RecordedGraph, from: NamedAxis, initializers: Map<string, TensorData>) {
    this.#from = from;
    this.#initializers = initializers;
    this.#taken = new Set([
      ...[...graph.inputs, ...graph.outputs].map(({ name }) => name),
      ...graph.nodes.flatMap(({ outputs }) => outputs),
      ...graph.initializers.keys(),
    ]);
  }

  /** Returns the name of an int64 vector with these sizes. The nodes that compute it become pending. */
  target(sizes: readonly TargetSize[]): string {
    const parts = sizes.map((size) =>
      typeof size === 'number' ? this.#constant([size]) : this.#times(size.times),
    );
    return parts.length === 1
      ? (parts[0] as string)
      : this.#op('Concat', parts, sizes.length, { axis: attr.int(0) });
  }

  /** Returns and clears the pending nodes. Insert them before the node that uses their results. */
  takePending(): readonly RecordedNode[] {
    const taken = this.#pending;
    this.#pending = [];
    return taken;
  }

  /** Shape of a value added here; undefined for other names. */
  shapeOf(name: string): readonly number[] | undefined {
    const length = this.#lengths.get(name);
    return length === undefined ? undefined : [length];
  }

  #times(times: number): string {
    const { input, axis } = this.#from;
    const ends = { start: attr.int(axis), end: attr.int(axis + 1) };
    const size = this.#op('Shape', [input], 1, ends);
    return times === 1 ? size : this.#op('Mul', [size, this.#constant([times])], 1);
  }

  #op(
    opType: string,
    inputs: readonly string[],
    length: number,
    attributes: RecordedNode['attributes'] = {},
  ): string {
    return this.#once(`${opType}(${inputs})`, length, (name) => {
      this.#pending.push({ opType, inputs, outputs: [name], attributes, kernel: 'size' });
    });
  }

  #constant(values: readonly number[]): string {
    return this.#once(`[${values}]`, values.length, (name) => {
      this.#initializers.set(name, int64Vector(name, values));
    });
  }

  #once(key: string, length: number, make: (name: string) => void): string {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    let name = `size${this.#known.size}`;
    while (this.#taken.has(name)) name += '_';
    this.#taken.add(name);
    this.#known.set(key, name);
    this.#lengths.set(name, length);
    make(name);
    return name;
  }
}
