import type { IsonoiseError } from '@isonoise/error';
import { findViolations } from '@isonoise/onnx';
import { traceError } from './errors.ts';
import { IR_VERSION, OPSET } from './opset.ts';
import { isTracedType, type TracedType } from './value.ts';

/** An input of the function. */
export interface TensorSpec {
  readonly name: string;
  /** Sizes; a name (`'batch'`) where the graph shall take any size. All names in one trace must be the same. */
  readonly shape: readonly (number | string)[];
  /** Default float32. */
  readonly dtype?: TracedType;
  /** Values of an input that shall not change: it becomes an initializer of this name. float32, row-major. */
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
   * Keep a batch of one on the arithmetic of larger batches, so that a row's result does not depend on how many rows
   * there are (see `guardSingleRows`, `guardVectorTails`). Default true where the batch is symbolic.
   */
  readonly guardSingleRows?: boolean;
  /**
   * Write convolutions over blocks of this many channels, for ONNX Runtime's CPU provider on a processor that has such
   * blocks and nothing else (see `blockChannels`). Default none: every node is of the standard operator set.
   */
  readonly channelBlock?: number | undefined;
  /** Write down the shapes of what products read and write, for `countFlops`. Needs fixed sizes. Default false. */
  readonly valueInfos?: boolean;
  /**
   * Sizes of the named dimension at which the function is run and compared with itself. The graph is written from the
   * first two, which are 3 or more. Default `SYMBOLIC_SIZES`.
   */
  readonly sizes?: readonly number[];
}

/**
 * Sizes at which a named dimension is tried. The first two have no factor in common and leave other remainders by 2, 3, 4
 * and 5, so that what depends on a remainder, as the padding of a strided convolution along that dimension does, differs
 * too. The others are those on which functions branch: one and two, powers of two, multiples of small numbers. None is
 * above 32, the batch in which `predict` of tfjs's layers cuts its inputs.
 */
export const SYMBOLIC_SIZES: readonly number[] = [11, 18, 1, 2, 3, 4, 8, 16, 28, 30, 32];

/**
 * Validates what a trace is asked for.
 *
 * @returns the name of the symbolic dimension, if there is one
 * @throws TRACE_SPEC
 */
export function checkSpecs(specs: readonly TensorSpec[], options: TraceOptions): string | undefined {
  const names = new Set<string>();
  for (const { name, shape, dtype, values } of specs) {
    if (name === '') throw wrong('an input has no name');
    if (names.has(name)) throw wrong(`two inputs are named ${name}`);
    names.add(name);
    if (dtype !== undefined && !isTracedType(dtype)) {
      throw wrong(`input ${name} has the type ${String(dtype)}; expected float32, int32 or bool`);
    }
    if (values !== undefined && !(values instanceof Float32Array)) {
      throw wrong(`input ${name} has values that are not in a Float32Array`);
    }
    const bad = shape.find((size) => (typeof size === 'string' ? size === '' : !isSize(size)));
    if (bad !== undefined) {
      throw wrong(
        `input ${name} has the dimension ${JSON.stringify(bad)}; a whole number from 0 on, or a name`,
      );
    }
    const open = shape.find((size) => typeof size === 'string');
    if (values !== undefined && open !== undefined) {
      throw wrong(`input ${name} has values and the dimension ${open}; constant inputs have fixed sizes`);
    }
    if (values !== undefined && dtype !== undefined && dtype !== 'float32') {
      throw wrong(`input ${name} is ${dtype} and has values; constant inputs are float32`);
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
    throw wrong(`one symbolic dimension is supported, got ${[...symbols].join(', ')}`);
  }
  const [symbol] = symbols;
  if (symbol !== undefined && options.valueInfos === true) {
    throw wrong(`valueInfos needs fixed sizes, and ${symbol} is symbolic`);
  }
  const { channelBlock } = options;
  if (channelBlock !== undefined && !(Number.isSafeInteger(channelBlock) && channelBlock >= 1)) {
    throw wrong(
      `channelBlock is ${channelBlock}; a whole number of channels from 1 on, as the processor has them (8 or 16), or none`,
    );
  }
  const { sizes } = options;
  if (sizes !== undefined && symbol === undefined) {
    throw wrong('sizes are given, and no dimension has a name; name the dimension that they are of');
  }
  if (sizes !== undefined && !areSizes(sizes)) {
    throw wrong(
      `sizes are ${sizes.join(', ')}; expected two or more whole numbers from 1 on, all different, the first two from 3 on`,
    );
  }
  for (const name of options.outputNames ?? []) {
    if (name === '') throw wrong('an output has no name');
    if (names.has(name)) throw wrong(`two inputs or outputs are named ${name}`);
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
