import { checkModel, encodeModel, type Model, type ValueInfo } from '@isonoise/onnx';
import * as tf from '@tensorflow/tfjs-core';
import { traceError } from './errors.ts';
import type { RecordedGraph } from './graph-pass.ts';
import { onTraceBackend } from './on-trace-backend.ts';
import { IR_VERSION, OPSET, opsetOf } from './opset.ts';
import { BLOCKED_DOMAIN, blockChannels } from './passes/block-channels.ts';
import { removeDeadCode } from './passes/dead-code.ts';
import { foldPadding } from './passes/fold-padding.ts';
import { fuseBias } from './passes/fuse-bias.ts';
import { nameOutputs } from './passes/name-outputs.ts';
import type { Recording, TraceableFunction } from './record.ts';
import { recordForAnySize } from './record-for-any-size.ts';
import { checkSpecs, type TensorSpec, type TraceOptions } from './spec.ts';

/**
 * Turns a tfjs function into an ONNX model by running it on a backend that records kernels as ONNX nodes.
 *
 * The function may use any tfjs op whose kernels have rules; README.md lists them. It may use gradients: tfjs builds
 * the backward pass, which is recorded like the rest. Tensors made outside the function become constants.
 *
 * @param fn the function. It is run several times, as README.md explains, and must not read values
 * @param specs the inputs of `fn`, in order
 * @throws IsonoiseError if the inputs or options are invalid, or a graph cannot represent the function; the errors of
 *   the function
 */
export async function traceModel(
  fn: TraceableFunction,
  specs: readonly TensorSpec[],
  options: TraceOptions = {},
): Promise<Model> {
  const symbol = checkSpecs(specs, options);
  // Wait only for a backend that is still being set up. The trace itself is synchronous.
  await (tf.engine().backendName ? tf.ready() : undefined);
  const graph = nameOutputs(
    onTraceBackend((backend) => recordForAnySize(backend, symbol, fn, specs, options, graphOf)),
  );
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
        domain,
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

/** Traces a function like {@link traceModel}, and returns the bytes of a `.onnx` file. */
export async function trace(
  fn: TraceableFunction,
  specs: readonly TensorSpec[],
  options: TraceOptions = {},
): Promise<Uint8Array> {
  return encodeModel(await traceModel(fn, specs, options));
}

/** The graph of one run, with outputs named as requested. */
function graphOf({ tracer, inputs, results }: Recording, options: TraceOptions): RecordedGraph {
  const { recorder } = tracer;
  const names = options.outputNames ?? results.map((_, i) => (results.length === 1 ? 'y' : `y${i}`));
  if (names.length !== results.length) {
    throw traceError(
      'TRACE_SPEC',
      `trace: outputNames is [${names.join(', ')}]; expected ${results.length}, one for each tensor that the ` +
        'function returns. Name each of them.',
    );
  }
  const taken = names.find((name) => inputs.some((input) => input.name === name));
  if (taken !== undefined) {
    throw traceError(
      'TRACE_SPEC',
      `trace: an input and an output are named ${taken}; expected different names. Set outputNames.`,
    );
  }
  recorder.kernel = 'output';
  const outputs = results.map((value, i): ValueInfo => {
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

/** The float32 inputs and outputs of convolutions and matrix products, which `countFlops` needs. */
function valueInfos({ nodes, initializers, inputs, outputs, shapeOf }: RecordedGraph): ValueInfo[] {
  const described = new Set([...initializers.keys(), ...[...inputs, ...outputs].map(({ name }) => name)]);
  const products = nodes.filter(({ opType }) => /^(Conv|ConvTranspose|Gemm|MatMul)$/.test(opType));
  const names = new Set(products.flatMap((node) => [...node.inputs, ...node.outputs]));
  return [...names]
    .filter((name) => !described.has(name))
    .map((name) => ({ name, dataType: 'float32', shape: shapeOf(name) }));
}
