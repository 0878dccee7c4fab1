import { plural } from '@isonoise/error';
import {
  type AttributeValue,
  attr,
  int64Vector,
  type KnownValues,
  scalar,
  smallValues,
  type TensorData,
  tensor,
} from '@isonoise/onnx';
import { traceError } from './errors.ts';
import {
  isIdentity,
  mergeRuns,
  movesOneAxis,
  movesOnlyOnes,
  type Order,
  permute,
  type Shape,
  sizeOf,
} from './layout.ts';
import { requireShapes } from './require-shapes.ts';
import { sameBytes } from './same-bytes.ts';
import type { TracedType } from './value.ts';

/** An ONNX node and the tfjs kernel whose rule wrote it. */
export interface RecordedNode {
  readonly opType: string;
  /** Domain of the operator set; undefined for the standard set. */
  readonly domain?: string | undefined;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly kernel: string;
}

export type Attributes = Readonly<Record<string, AttributeValue>>;

type Elements = Float32Array | Int32Array | Uint8Array;

/**
 * Converts values to the array of their type. For int32, values are truncated. For bool, nonzero values become 1.
 */
const ELEMENTS: { readonly [T in TracedType]: (values: ArrayLike<number>) => Elements } = {
  float32: (values) => new Float32Array(values),
  int32: (values) => new Int32Array(values),
  bool: (values) => Uint8Array.from(values, (value) => (value ? 1 : 0)),
};

/** The end of a backwards Slice that includes index 0. In ONNX, it is any number below minus the length. */
export const PAST_THE_FRONT: number = -(2 ** 31);

/**
 * Copies of constants, keyed by the original array, and shared by all runs of a function. Weights are therefore copied
 * once, and `sameBytes` recognizes them by the shared copy.
 */
export class Copies {
  readonly #known = new WeakMap<object, Map<TracedType, Elements>>();

  of(dtype: TracedType, values: ArrayLike<number>): Elements {
    const known = this.#known.get(values) ?? new Map<TracedType, Elements>();
    this.#known.set(values, known);
    const copy = known.get(dtype) ?? ELEMENTS[dtype](values);
    known.set(dtype, copy);
    return copy;
  }
}

/**
 * Writes nodes and constants of one graph. Equal constants, and equal nodes over equal inputs, are written once. Common
 * subexpressions are therefore shared, including the forward values that a gradient recomputes.
 */
export class Recorder {
  readonly nodes: RecordedNode[] = [];
  readonly initializers: Map<string, TensorData> = new Map();
  readonly #shapes = new Map<string, Shape>();
  readonly #producers = new Map<string, RecordedNode>();
  /** Outputs of the recorded nodes, by op, inputs and attributes. */
  readonly #known = new Map<string, readonly string[]>();
  /** Recorded constants, by type and shape. */
  readonly #constants = new Map<string, TensorData[]>();
  readonly #reserved = new Set<string>();
  /** Names of filters that were turned for an input gradient: turned filter -> original filter. */
  readonly turnedFilters: Map<string, string> = new Map();
  /** Shapes and constant values from which output shapes are inferred. */
  readonly #facts: KnownValues = {
    shapeOf: (name) => this.#shapes.get(name),
    valuesOf: (name) => {
      const tensor = this.initializers.get(name);
      return tensor && smallValues(tensor);
    },
  };
  readonly #copies: Copies;
  #count = 0;
  /** The tfjs kernel that is being recorded. */
  kernel = '';

  constructor(copies: Copies = new Copies()) {
    this.#copies = copies;
  }

  /** Reserves the names of inputs and outputs, so that no other value gets them. */
  reserve(names: readonly string[]): void {
    for (const name of names) this.#reserved.add(name);
  }

  /** Declares a graph input, or a constant of this name if values are given; returns the name. */
  input(name: string, shape: Shape, values?: Float32Array): string {
    this.#shapes.set(name, shape);
    if (values !== undefined) {
      if (values.length !== sizeOf(shape)) {
        throw traceError(
          'TRACE_SPEC',
          `trace: input ${name} of shape [${shape}] has ${plural(values.length, 'value')}; expected ${sizeOf(shape)}. ` +
            'Correct its shape or its values.',
        );
      }
      const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      this.initializers.set(name, { name, dataType: 'float32', dims: shape, raw });
    }
    return name;
  }

  shapeOf(name: string): Shape {
    const shape = this.#shapes.get(name);
    if (shape === undefined) throw new Error(`trace: unknown value ${name}; expected a recorded value`);
    return shape;
  }

  producerOf(name: string): RecordedNode | undefined {
    return this.#producers.get(name);
  }

  /** Writes a node with one output of the given shape; returns the output's name. */
  op(
    opType: string,
    inputs: readonly string[],
    shape: Shape,
    attributes: Attributes = {},
    domain?: string,
  ): string {
    return this.ops(opType, inputs, [shape], attributes, domain)[0] as string;
  }

  /** Writes a node with several outputs; returns their names. */
  ops(
    opType: string,
    inputs: readonly string[],
    shapes: readonly Shape[],
    attributes: Attributes = {},
    domain?: string,
  ): readonly string[] {
    const key = `${domain ?? ''}:${opType}(${inputs.join()})${JSON.stringify(attributes)}${shapes.length}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const outputs = shapes.map((shape) => this.#named('v', shape));
    const node: RecordedNode = {
      opType,
      domain,
      inputs,
      outputs,
      attributes,
      kernel: this.kernel,
    };
    requireShapes(node, shapes, this.#facts);
    this.nodes.push(node);
    for (const output of outputs) this.#producers.set(output, node);
    this.#known.set(key, outputs);
    return outputs;
  }

  #named(prefix: string, shape: Shape): string {
    let name = `${prefix}${this.#count++}`;
    while (this.#reserved.has(name)) name = `${prefix}${this.#count++}`;
    this.#shapes.set(name, shape);
    return name;
  }

  /** Adds a constant, unless an equal constant exists. Returns its name; the name in `made` is ignored. */
  #constant(made: TensorData): string {
    const key = `${made.dataType}[${made.dims}]`;
    const alike = this.#constants.get(key) ?? [];
    this.#constants.set(key, alike);
    const known = alike.find(({ raw }) => sameBytes(made.raw, raw));
    if (known !== undefined) return known.name;
    const name = this.#named('c', made.dims);
    const constant = { ...made, name };
    this.initializers.set(name, constant);
    alike.push(constant);
    return name;
  }

  /** Adds a constant of a traced type; `values` are row-major. Returns its name. */
  constant(dtype: TracedType, dims: Shape, values: ArrayLike<number>): string {
    return this.#constant(tensor('', dtype, dims, this.#copies.of(dtype, values)));
  }

  /** Adds an int64 vector (shapes, axes, pads); returns its name. */
  int64(values: readonly number[]): string {
    return this.#constant(int64Vector('', values));
  }

  int64Scalar(value: number): string {
    return this.#constant(scalar('', 'int64', value));
  }

  scalar(value: number): string {
    return this.float32([value], []);
  }

  float32(values: ArrayLike<number>, dims: Shape): string {
    return this.constant('float32', dims, values);
  }

  /**
   * Writes a Reshape, unless the value already has the shape. A Reshape of a Reshape is written as one.
   * Returns the name.
   */
  reshape(name: string, shape: Shape): string {
    const now = this.shapeOf(name);
    if (now.length === shape.length && now.every((size, i) => size === shape[i])) return name;
    const producer = this.producerOf(name);
    if (producer?.opType === 'Reshape') return this.reshape(producer.inputs[0] as string, shape);
    // Without allowzero, a size of 0 means "copy the size of the input".
    const attributes = shape.includes(0) ? { allowzero: attr.int(1) } : {};
    return this.op('Reshape', [name, this.int64(shape)], shape, attributes);
  }

  /**
   * Writes a Transpose, or a Reshape if only axes of size 1 move. Returns the name. A Transpose of a Transpose is written as
   * one. ONNX Runtime is fast only if a single axis moves. Therefore, axes that stay adjacent are merged if only one axis
   * moves afterwards.
   */
  transpose(name: string, permutation: Order): string {
    if (isIdentity(permutation)) return name;
    const shape = this.shapeOf(name);
    const target = permute(shape, permutation);
    if (movesOnlyOnes(shape, permutation)) return this.reshape(name, target);
    const producer = this.producerOf(name);
    if (producer?.opType === 'Transpose') {
      const before = (producer.attributes.perm as { value: readonly number[] }).value;
      return this.transpose(producer.inputs[0] as string, permute(before, permutation));
    }
    const runs = mergeRuns(shape, permutation);
    if (!movesOneAxis(permutation) && movesOneAxis(runs.permutation)) {
      return this.reshape(this.transpose(this.reshape(name, runs.shape), runs.permutation), target);
    }
    return this.op('Transpose', [name], target, { perm: attr.ints(permutation) });
  }

  /** Reverses one axis; returns the name. */
  reverse(name: string, axis: number): string {
    const shape = this.shapeOf(name);
    if (shape[axis] === 1) return name;
    const last = this.int64([-1]);
    return this.op('Slice', [name, last, this.int64([PAST_THE_FRONT]), this.int64([axis]), last], shape);
  }

  /** Number of elements of a named value. */
  sizeOf(name: string): number {
    return sizeOf(this.shapeOf(name));
  }
}
