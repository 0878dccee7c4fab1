import { checkModel, encodeModel, type Model, type ValueInfo } from '@isonoise/onnx';
import { registerGradients } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import { BACKEND_NAME, registerRules, TraceBackend } from './backend.ts';
import { explained, TraceError } from './errors.ts';
import { generaliseBatch } from './generalise-batch.ts';
import type { RecordedGraph } from './graph-pass.ts';
import { OPSET, opsetOf } from './opset.ts';
import { BLOCKED_DOMAIN, blockChannels } from './passes/block-channels.ts';
import { removeDeadCode } from './passes/dead-code.ts';
import { foldPadding } from './passes/fold-padding.ts';
import { fuseBias } from './passes/fuse-bias.ts';
import { guardSingleRows } from './passes/guard-single-rows.ts';
import { guardVectorTails } from './passes/guard-vector-tails.ts';
import { nameOutputs } from './passes/name-outputs.ts';
import { checkSpecs, type TensorSpec, type TraceOptions } from './spec.ts';

/** A tfjs function of tensors. */
export type TraceableFunction = (...inputs: tf.Tensor[]) => tf.Tensor | readonly tf.Tensor[];

/**
 * Two sizes to trace a symbolic dimension at. They have no factor in common and leave other remainders by 2, 3, 4 and 5,
 * so that what depends on a remainder, as the padding of a strided convolution along that dimension does, differs too.
 */
const SYMBOLIC_SIZES = [11, 18] as const;

/** File format version that is written: the oldest that goes with the operator set. */
const IR_VERSION = 8;

/** A trace is running: tfjs has one backend at a time, also between the two runs of a function. */
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
  const symbol = checkSpecs(specs, options);
  if (busy) {
    throw new TraceError(
      'TRACE_BUSY',
      'trace: another trace is running; tfjs has one backend at a time. Await it first.',
    );
  }
  busy = true;
  let graph: RecordedGraph;
  try {
    graph = nameOutputs(await recordForAny(symbol, fn, specs, options));
  } finally {
    busy = false;
  }
  const model: Model = {
    irVersion: IR_VERSION,
    opsets: {
      '': OPSET,
      ...(options.channelBlock === undefined ? {} : { [BLOCKED_DOMAIN]: opsetOf(BLOCKED_DOMAIN) }),
    },
    producerName: 'isonoise',
    metadata: options.metadata ?? {},
    graph: {
      name: options.graphName ?? 'traced',
      nodes: graph.nodes.map(({ opType, domain, inputs, outputs, attributes }, i) => ({
        opType,
        ...(domain === undefined ? {} : { domain }),
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

/** The graph of the function, for any size of the dimension that has a name. */
async function recordForAny(
  symbol: string | undefined,
  fn: TraceableFunction,
  specs: readonly TensorSpec[],
  options: TraceOptions,
): Promise<RecordedGraph> {
  const [size, otherSize] = SYMBOLIC_SIZES;
  const graph = await record(fn, specs, options, size);
  if (symbol === undefined) return graph;
  const other = await record(fn, specs, options, otherSize);
  const open = generaliseBatch(graph, other, SYMBOLIC_SIZES, symbol);
  return (options.guardSingleRows ?? true) ? guardVectorTails(guardSingleRows(open)) : open;
}

/** Runs the function on a fresh recording backend and gives tfjs its backend back. */
async function record(
  fn: TraceableFunction,
  specs: readonly TensorSpec[],
  options: TraceOptions,
  symbolicSize: number,
): Promise<RecordedGraph> {
  const engine = tf.engine();
  const before = engine.backendName as string | undefined;
  const variables = new Set(Object.keys(engine.registeredVariables));
  const backend = new TraceBackend();
  try {
    registerGradients();
    registerRules();
    tf.registerBackend(BACKEND_NAME, () => backend, 0);
    await tf.setBackend(BACKEND_NAME);
    const graphs: RecordedGraph[] = [];
    tf.tidy(() => void graphs.push(run(fn, specs, options, symbolicSize, backend)));
    return graphs[0] as RecordedGraph;
  } catch (error) {
    throw explained(error);
  } finally {
    // Variables that the function made outlive its tidy, and hold nothing now.
    for (const [name, variable] of Object.entries(engine.registeredVariables)) {
      if (!variables.has(name)) variable.dispose();
    }
    if (tf.findBackend(BACKEND_NAME) !== null) tf.removeBackend(BACKEND_NAME);
    if (before) await tf.setBackend(before);
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
  recorder.reserve([...specs.map(({ name }) => name), ...(options.outputNames ?? [])]);
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
  const results: readonly unknown[] = Array.isArray(returned) ? returned : [returned];
  if (!results.every((result) => result instanceof tf.Tensor)) {
    throw new TraceError(
      'TRACE_SPEC',
      `trace: the function returned ${results.map(kindOf).join(', ')}; a tensor or an array of tensors is wanted, at once ` +
        '(not a promise).',
    );
  }
  const names = options.outputNames ?? results.map((_, i) => (results.length === 1 ? 'y' : `y${i}`));
  if (names.length !== results.length) {
    throw new TraceError(
      'TRACE_SPEC',
      `trace: the function returns ${results.length} tensors, outputNames has ${names.length}: ${names.join(', ')}`,
    );
  }
  const taken = names.find((name) => specs.some((spec) => spec.name === name));
  if (taken !== undefined) {
    throw new TraceError(
      'TRACE_SPEC',
      `trace: an input and an output are named ${taken}; choose other names (outputNames).`,
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
  const fused = fuseBias(foldPadding(removeDeadCode(graph)));
  const { channelBlock } = options;
  return removeDeadCode(
    channelBlock === undefined ? fused : blockChannels(fused, channelBlock, recorder.turnedFilters),
  );
}

function kindOf(value: unknown): string {
  if (value instanceof tf.Tensor) return 'a tensor';
  return value instanceof Promise ? 'a promise' : value === null ? 'null' : typeof value;
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
