import { TENSOR_NAMES } from '@isonoise/bundle';
import type { Network } from '@isonoise/network';
import type { Condition } from '@isonoise/sampler';
import { type InferenceSession, Tensor } from 'onnxruntime-common';
import type { Engine, StepResult } from './engine.ts';
import { fedInputs } from './step-inputs.ts';
import type { StepOptions } from './step-options.ts';
import { nextName, tracePrediction, traceTrainStep } from './traced-step.ts';
import { makeState, mapState, readState, type State, type TrainState } from './train-state.ts';

/** A function that creates an ONNX Runtime session, with onnxruntime-node or onnxruntime-web. */
export type SessionFactory = (model: Uint8Array) => Promise<InferenceSession>;

export interface OnnxRuntimeEngineOptions {
  readonly network: Network;
  readonly step: StepOptions;
  /** Images per step, which is the fixed batch size of the graph. */
  readonly batchSize: number;
  readonly state: TrainState;
  readonly createSession: SessionFactory;
  /** Device of the sessions for the description, such as `cpu` or `cuda`. */
  readonly device: string;
  /**
   * Channels per block for blocked convolutions, as found by `findChannelBlock`. Default: no blocks, which gives
   * standard ONNX graphs.
   */
  readonly channelBlock?: number | undefined;
}

/** Creates an engine on ONNX Runtime. The whole step is one graph, which runs once per batch. */
export async function createOnnxRuntimeEngine(options: OnnxRuntimeEngineOptions): Promise<Engine> {
  const { network, step: stepOptions, batchSize, createSession, device, channelBlock } = options;
  const { channels, height, width } = network.imageShape;
  const session = await createSession(await traceTrainStep(network, stepOptions, batchSize, channelBlock));
  let state = toTensors(options.state);
  let prediction: Promise<InferenceSession> | undefined;

  return {
    description: `onnxruntime (${device})`,
    async step(feeds): Promise<StepResult> {
      const fed = fedInputs(network, batchSize, feeds, stepOptions).map(
        ({ name, dtype, values, shape }) => [name, new Tensor(dtype, values, shape)] as const,
      );
      const results = await session.run({ ...state, ...Object.fromEntries(fed) });
      state = makeState(stepOptions, (slot) => results[nextName(slot)] as Tensor);
      return { loss: scalarOf(results, 'loss'), gradNorm: scalarOf(results, 'grad_norm') };
    },
    async readState() {
      return readState(state, async (vector) => (await vector.getData()).slice() as Float32Array);
    },
    async writeState(next) {
      state = toTensors(next);
    },
    async denoise(x, t, condition) {
      prediction ??= tracePrediction(network, channelBlock).then(createSession);
      const { [TENSOR_NAMES.output]: answer } = await (await prediction).run({
        theta: state.ema,
        [TENSOR_NAMES.sample]: new Tensor('float32', x, [t.length, channels, height, width]),
        [TENSOR_NAMES.timestep]: new Tensor('float32', t, [t.length]),
        ...conditionFeeds(condition, t.length),
      });
      return (await (answer as Tensor).getData()) as Float32Array;
    },
    async dispose() {
      await session.release();
      await (await prediction)?.release();
    },
  };
}

function conditionFeeds(condition: Condition | undefined, images: number): Readonly<Record<string, Tensor>> {
  if (condition === undefined) return {};
  return condition instanceof Int32Array
    ? { [TENSOR_NAMES.classLabels]: new Tensor('int32', condition, [images]) }
    : { [TENSOR_NAMES.tags]: new Tensor('float32', condition, [images, condition.length / images]) };
}

function toTensors(state: TrainState): State<Tensor> {
  return mapState(state, (vector) => new Tensor('float32', vector.slice(), [vector.length]));
}

function scalarOf(results: InferenceSession.ReturnType, name: string): number {
  const value = results[name]?.data[0];
  if (typeof value !== 'number')
    throw new Error(`train: the graph of the step returned no ${name}; expected a number.`);
  return value;
}
