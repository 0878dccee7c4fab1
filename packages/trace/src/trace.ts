import { checkModel, encodeModel, type Model, type ValueInfo } from '@isonoise/onnx';
import { registerGradients } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import { BACKEND_NAME, registerRules, TraceBackend } from './backend.ts';
import { TraceError } from './errors.ts';
import { generaliseBatch } from './generalise-batch.ts';
import type { RecordedGraph } from './graph-pass.ts';
import { removeDeadCode } from './passes/dead-code.ts';
import { foldPadding } from './passes/fold-padding.ts';
import { fuseBias } from './passes/fuse-bias.ts';
import { guardSingleRows } from './passes/guard-single-rows.ts';
import type { TracedType } from './value.ts';

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
   * there are (see `guardSingleRows`). Default true where the batch is symbolic.
   */
  readonly guardSingleRows?: boolean;
  /** Write down the shapes of what products read and write, for `countFlops`. Needs fixed sizes. Default false. */
  readonly valueInfos?: boolean;
}

/** A tfjs function of tensors. */
export type TraceableFunction = (...inputs: tf.Tensor[]) => tf.Tensor | readonly tf.Tensor[];

/** Two sizes to trace a symbolic dimension at: primes, unlikely to be a size of anything else. */
const SYMBOLIC_SIZES = [11, 13] as const;

/** Operator set and file format version that are written: the oldest that have every op used here. */
const OPSET = 17;
const IR_VERSION = 8;

let busy = false;

/**
 * Turns a tfjs function into an ONNX model: runs it on a backend that records kernels as ONNX nodes.
 *
 * The function may use any tfjs op whose kernels have rules (README.md lists them), gradients included: tfjs builds the
 * backward pass, and it is recorded like the rest. Tensors made elsewhere become constants.
 *
 * @param fn runs once, or twice where a dimension is symbolic; must not read values
 * @param specs its inputs, in order
 * @throws TraceError
 */
export async function traceModel(
  fn: TraceableFunction,
  specs: readonly TensorSpec[],
  options: TraceOptions = {},
): Promise<Model> {
  const symbols = new Set(specs.flatMap((spec) => spec.shape.filter((size) => typeof size === 'string')));
  if (symbols.size > 1) {
    throw new TraceError(
      'TRACE_SPEC',
      `trace: one symbolic dimension is supported, got ${[...symbols].join(', ')}`,
    );
  }
  const [symbol] = symbols;
  const [size, otherSize] = SYMBOLIC_SIZES;
  let graph = await record(fn, specs, options, size);
  if (symbol !== undefined) {
    const other = await record(fn, specs, options, otherSize);
    graph = generaliseBatch(graph, other, SYMBOLIC_SIZES);
    if (options.guardSingleRows ?? true) graph = guardSingleRows((rows) => rows === size)(graph);
    graph = { ...graph, outputs: symbolicOutputs(graph.outputs, other.outputs, String(symbol)) };
  }
  const model: Model = {
    irVersion: IR_VERSION,
    opsets: { '': OPSET },
    producerName: 'isonoise',
    metadata: options.metadata ?? {},
    graph: {
      name: options.graphName ?? 'traced',
      nodes: graph.nodes.map(({ opType, inputs, outputs, attributes }, i) => ({
        opType,
        name: `${opType}_${i}`,
        inputs,
        outputs,
        attributes,
      })),
      initializers: [...graph.initializers.values()],
      inputs: specs
        .filter(({ values }) => values === undefined)
        .map(({ name, shape, dtype = 'float32' }) => ({ name, shape, dataType: dtype })),
      outputs: graph.outputs,
      ...(options.valueInfos ? { valueInfos: valueInfos(graph) } : {}),
    },
  };

  checkModel(model);
  return model;
}

/** `traceModel`, encoded: the bytes of a `.onnx` file. */
export async function trace(
  fn: TraceableFunction,
  specs: readonly TensorSpec[],
  options: TraceOptions = {},
): Promise<Uint8Array> {
  return encodeModel(await traceModel(fn, specs, options));
}

/** Runs the function on a fresh recording backend and gives tfjs its backend back. */
async function record(
  fn: TraceableFunction,
  specs: readonly TensorSpec[],
  options: TraceOptions,
  symbolicSize: number,
): Promise<RecordedGraph> {
  if (busy) {
    throw new TraceError(
      'TRACE_BUSY',
      'trace: another trace is running; tfjs has one backend at a time. Await it first.',
    );
  }
  busy = true;
  const before = tf.engine().backendName as string | undefined;
  const backend = new TraceBackend();
  registerGradients();
  registerRules();
  tf.registerBackend(BACKEND_NAME, () => backend, 0);
  try {
    await tf.setBackend(BACKEND_NAME);
    const graphs: RecordedGraph[] = [];
    tf.tidy(() => void graphs.push(run(fn, specs, options, symbolicSize, backend)));
    return graphs[0] as RecordedGraph;
  } catch (error) {
    throw namedKernelError(error);
  } finally {
    tf.removeBackend(BACKEND_NAME);
    if (before) await tf.setBackend(before);
    busy = false;
  }
}

/** Runs the function over named inputs and collects what it recorded. */
function run(
  fn: TraceableFunction,
  specs: readonly TensorSpec[],
  options: TraceOptions,
  symbolicSize: number,
  backend: TraceBackend,
): RecordedGraph {
  const { tracer } = backend;
  const { recorder } = tracer;
  const inputs = specs.map(({ name, shape, dtype = 'float32' }): ValueInfo & { shape: number[] } => ({
    name,
    dataType: dtype,
    shape: shape.map((size) => (typeof size === 'string' ? symbolicSize : size)),
  }));
  const tensors = inputs.map(({ name, shape }, i) => {
    const spec = specs[i] as TensorSpec;
    const value = tracer.computed(shape, spec.dtype ?? 'float32', recorder.input(name, shape, spec.values));
    const { dataId, dtype } = backend.adopt(value);
    return tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
  });
  const returned = fn(...tensors);
  const results = Array.isArray(returned) ? (returned as readonly tf.Tensor[]) : [returned as tf.Tensor];
  const names = options.outputNames ?? results.map((_, i) => (results.length === 1 ? 'y' : `y${i}`));
  if (names.length !== results.length) {
    throw new TraceError(
      'TRACE_SPEC',
      `trace: the function returns ${results.length} tensors, outputNames has ${names.length}: ${names.join(', ')}`,
    );
  }
  recorder.kernel = 'output';
  const outputs = results.map((result, i): ValueInfo => {
    const value = backend.tracedValue(result);
    const name = names[i] as string;
    recorder.nodes.push({
      opType: 'Identity',
      inputs: [tracer.plain(value)],
      outputs: [name],
      attributes: {},
      kernel: 'output',
    });
    return { name, dataType: value.dtype, shape: value.shape };
  });
  const graph: RecordedGraph = {
    nodes: recorder.nodes,
    initializers: recorder.initializers,
    inputs,
    outputs,
    shapeOf: (name) => recorder.shapeOf(name),
  };
  return removeDeadCode(fuseBias(foldPadding(removeDeadCode(graph))));
}

/** What `countFlops` needs: the float32 values that convolutions and matrix products read and write. */
function valueInfos({ nodes, initializers, inputs, outputs, shapeOf }: RecordedGraph): ValueInfo[] {
  const described = new Set([...initializers.keys(), ...[...inputs, ...outputs].map(({ name }) => name)]);
  const products = nodes.filter(({ opType }) => /^(Conv|ConvTranspose|Gemm|MatMul)$/.test(opType));
  const names = new Set(products.flatMap((node) => [...node.inputs, ...node.outputs]));
  return [...names]
    .filter((name) => !described.has(name))
    .map((name) => ({ name, dataType: 'float32', shape: shapeOf(name) }));
}

/** Output shapes with the symbol where the two traces differ. */
function symbolicOutputs(
  outputs: readonly ValueInfo[],
  others: readonly ValueInfo[],
  symbol: string,
): readonly ValueInfo[] {
  return outputs.map((output, i) => ({
    ...output,
    shape: (output.shape ?? []).map((size, axis) => (size === others[i]?.shape?.[axis] ? size : symbol)),
  }));
}

/** tfjs's complaint about a missing kernel, as an error that says what to do. */
function namedKernelError(error: unknown): unknown {
  const kernel = /registered kernel '([^']+)'|Kernel '([^']+)' not registered/.exec(String(error));
  if (kernel === null) return error;
  const name = kernel[1] ?? kernel[2];
  return new TraceError(
    'TRACE_KERNEL_UNSUPPORTED',
    `trace: the function runs the tfjs kernel ${name}, for which there is no rule. Compose the op of supported kernels ` +
      '(packages/trace/README.md lists them), or add a rule: a function in packages/trace/src/rules that writes the ' +
      'kernel as ONNX nodes, in the table of its family.',
    { cause: error },
  );
}
