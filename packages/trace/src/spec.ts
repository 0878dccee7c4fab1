import type { IsonoiseError } from '@isonoise/error';
import { findViolations } from '@isonoise/onnx';
import { traceError } from './errors.ts';
import { IR_VERSION, OPSET } from './opset.ts';
import { isTracedType, type TracedType } from './value.ts';

/** An input of the function. */
export interface TensorSpec {
  readonly name: string;
  /**
   * Sizes, or a name (`'batch'`) for a dimension of any size. All named dimensions of a trace must have the same name.
   */
  readonly shape: readonly (number | string)[];
  /** Element type. Default float32. */
  readonly dtype?: TracedType;
  /** Values of a constant input, which becomes an initializer of this name. float32, row-major. */
  readonly values?: Float32Array;
}

export interface TraceOptions {
  /** Names of the outputs, in the order the function returns them. Default `y`, or `y0`, `y1`, … */
  readonly outputNames?: readonly string[];
  /** Name of the graph. Default `traced`. */
  readonly graphName?: string;
  /** `metadata_props` of the model. */
  readonly metadata?: Readonly<Record<string, string>>;
  /**
   * Whether the result of a row does not depend on the number of rows, even in a batch of one (see `guardSingleRows`,
   * `guardVectorTails`). Applies only if the batch is symbolic. Default true.
   */
  readonly guardSingleRows?: boolean;
  /**
   * Number of channels in a block. Convolutions over blocks run only on ONNX Runtime's CPU provider, on a processor
   * with this block size (see `blockChannels`). Default: no blocks, and all nodes are of the standard operator set.
   */
  readonly channelBlock?: number | undefined;
  /**
   * Whether the shapes of the inputs and outputs of products are stored, for `countFlops`. Requires fixed sizes.
   * Default false.
   */
  readonly valueInfos?: boolean;
  /**
   * Sizes of the named dimension at which the function is run. The runs are compared with each other. The graph is made
   * from the runs at the first two sizes, which must be at least 3. Default `SYMBOLIC_SIZES`.
   */
  readonly sizes?: readonly number[];
}

/**
 * Sizes at which a named dimension is tried. The first two are coprime and have different remainders modulo 2, 3, 4 and
 * 5. They reveal numbers that depend on a remainder, such as the padding of a strided convolution along the named
 * dimension. The further sizes are those on which functions typically branch: one, two, powers of two, and multiples of
 * small numbers. No size exceeds 32, because `predict` of tfjs's layers splits larger batches.
 */
export const SYMBOLIC_SIZES: readonly number[] = [11, 18, 1, 2, 3, 4, 8, 16, 28, 30, 32];

/**
 * Validates the inputs and options of a trace.
 *
 * @returns the name of the symbolic dimension, if there is one
 * @throws TRACE_SPEC if an input or an option is invalid
 */
export function checkSpecs(specs: readonly TensorSpec[], options: TraceOptions): string | undefined {
  const names = new Set<string>();
  for (const { name, shape, dtype, values } of specs) {
    if (name === '') throw wrong('an input has an empty name; expected a non-empty name. Name every input');
    if (names.has(name)) throw wrong(`two inputs are named ${name}; expected different names. Rename one`);
    names.add(name);
    if (dtype !== undefined && !isTracedType(dtype)) {
      throw wrong(
        `input ${name} has type ${String(dtype)}; expected float32, int32 or bool. Correct its dtype`,
      );
    }
    if (values !== undefined && !(values instanceof Float32Array)) {
      throw wrong(`input ${name} has values that are not in a Float32Array; expected one. Convert them`);
    }
    const bad = shape.find((size) => (typeof size === 'string' ? size === '' : !isSize(size)));
    if (bad !== undefined) {
      throw wrong(
        `input ${name} has the dimension ${JSON.stringify(bad)}; expected a whole number ≥ 0, or a name. Correct its shape`,
      );
    }
    const open = shape.find((size) => typeof size === 'string');
    if (values !== undefined && open !== undefined) {
      throw wrong(
        `input ${name} has values and the dimension ${open}; expected fixed sizes. Give ${open} a number`,
      );
    }
    if (values !== undefined && dtype !== undefined && dtype !== 'float32') {
      throw wrong(`input ${name} has values and type ${dtype}; expected float32. Cast it in the function`);
    }
  }
  const [violation] = findViolations({
    irVersion: IR_VERSION,
    opsets: { '': OPSET },
    producerName: '',
    metadata: {},
    graph: {
      name: 'inputs',
      nodes: [],
      initializers: [],
      inputs: specs.map(({ name, shape, dtype = 'float32' }) => ({ name, shape, dataType: dtype })),
      outputs: [],
    },
  });
  if (violation !== undefined) throw wrong(violation);
  const symbols = new Set(specs.flatMap(({ shape }) => shape.filter((size) => typeof size === 'string')));
  if (symbols.size > 1) {
    throw wrong(
      `the symbolic dimensions are ${[...symbols].join(', ')}; expected at most one. Give the others numbers`,
    );
  }
  const [symbol] = symbols;
  if (symbol !== undefined && options.valueInfos === true) {
    throw wrong(
      `valueInfos is true and ${symbol} is symbolic; expected fixed sizes. Give ${symbol} a number`,
    );
  }
  const { channelBlock } = options;
  if (channelBlock !== undefined && !(Number.isSafeInteger(channelBlock) && channelBlock >= 1)) {
    throw wrong(
      `channelBlock is ${channelBlock}; expected a whole number ≥ 1. Pass the block size of the processor (8 or 16), or omit it`,
    );
  }
  const { sizes } = options;
  if (sizes !== undefined && symbol === undefined) {
    throw wrong(
      'sizes are given, but all dimensions have numbers; expected a named dimension. Name a dimension, or omit sizes',
    );
  }
  if (sizes !== undefined && !areSizes(sizes)) {
    throw wrong(
      `sizes are ${sizes.join(', ')}; expected two or more different whole numbers ≥ 1, the first two ≥ 3. Correct them`,
    );
  }
  for (const name of options.outputNames ?? []) {
    if (name === '')
      throw wrong('an output has an empty name; expected a non-empty name. Correct outputNames');
    if (names.has(name)) {
      throw wrong(`two inputs or outputs are named ${name}; expected different names. Rename one`);
    }
    names.add(name);
  }
  return symbol;
}

const areSizes = (sizes: readonly number[]): boolean =>
  sizes.length >= 2 &&
  new Set(sizes).size === sizes.length &&
  sizes.every((size, i) => Number.isSafeInteger(size) && size >= (i < 2 ? 3 : 1));

const isSize = (size: number): boolean => Number.isSafeInteger(size) && size >= 0;

const wrong = (what: string): IsonoiseError => traceError('TRACE_SPEC', `trace: ${what}.`);
