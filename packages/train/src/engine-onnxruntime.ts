import type { Network } from '@isonoise/network';
import { type InferenceSession, Tensor } from 'onnxruntime-common';
import type { Engine, StepFeeds, StepResult, TrainState } from './engine.ts';
import type { StepOptions } from './step.ts';
import { stepScalars } from './step-scalars.ts';
import { STATE_NAMES, tracePrediction, traceTrainStep } from './traced-step.ts';

/** Makes an ONNX Runtime session: of onnxruntime-node on a server, of onnxruntime-web in a tab. */
export type SessionFactory = (model: Uint8Array) => Promise<InferenceSession>;

export interface OnnxRuntimeEngineOptions {
  readonly network: Network;
  readonly step: StepOptions;
  /** Images a step: the graph is made for this number. */
  readonly batchSize: number;
  readonly state: TrainState;
  readonly createSession: SessionFactory;
  /** Which device the sessions run on, for people: `cpu`, `cuda`, … */
  readonly device: string;
  /**
   * Channels of a block, where convolutions shall be written over blocks: what `findChannelBlock` answers. Default none:
   * graphs of standard ONNX.
   */
  readonly channelBlock?: number | undefined;
}

/** Trains on ONNX Runtime: the whole step is one graph, run once a batch. */
export async function createOnnxRuntimeEngine(options: OnnxRuntimeEngineOptions): Promise<Engine> {
  const { network, step: stepOptions, batchSize, createSession, device, channelBlock } = options;
  const { channels, height, width } = network.imageShape;
  const session = await createSession(await traceTrainStep(network, stepOptions, batchSize, channelBlock));
  let state = toTensors(options.state);
  let prediction: Promise<InferenceSession> | undefined;

  const feedsOf = (feeds: StepFeeds): InferenceSession.FeedsType => {
    const image = [batchSize, channels, height, width];
    const scalars = stepScalars(feeds, stepOptions);
    const scalar = (value: number): Tensor => new Tensor('float32', Float32Array.of(value), []);
    return {
      ...state,
      sample: new Tensor('float32', feeds.sample, image),
      timestep: new Tensor('float32', feeds.timestep, [batchSize]),
      target: new Tensor('float32', feeds.target, image),
      weight: new Tensor('float32', feeds.weight, [batchSize]),
      learning_rate: scalar(scalars.learningRate),
      ema_decay: scalar(scalars.emaDecay),
      correction1: scalar(scalars.correction1),
      correction2: scalar(scalars.correction2),
      ...(feeds.classLabels ? { class_labels: new Tensor('int32', feeds.classLabels, [batchSize]) } : {}),
      ...(feeds.dropoutKeep
        ? { dropout_keep: new Tensor('bool', feeds.dropoutKeep, [batchSize, network.dropoutUnits]) }
        : {}),
    };
  };

  return {
    description: `onnxruntime (${device})`,
    async step(feeds): Promise<StepResult> {
      const results = await session.run(feedsOf(feeds));
      const next = Object.fromEntries(STATE_NAMES.map((name) => [name, results[`next_${name}`] as Tensor]));
      state = next as Record<(typeof STATE_NAMES)[number], Tensor>;
      return { loss: scalarOf(results, 'loss'), gradNorm: scalarOf(results, 'grad_norm') };
    },
    async readState() {
      const copy = async (tensor: Tensor): Promise<Float32Array> =>
        (await tensor.getData()).slice() as Float32Array;
      const [theta, m, v, ema] = await Promise.all(STATE_NAMES.map((name) => copy(state[name])));
      return { theta, m, v, ema } as TrainState;
    },
    async writeState(next) {
      state = toTensors(next);
    },
    async denoise(x, t, labels) {
      prediction ??= tracePrediction(network, channelBlock).then(createSession);
      const { out_sample: answer } = await (await prediction).run({
        theta: state.ema,
        sample: new Tensor('float32', x, [t.length, channels, height, width]),
        timestep: new Tensor('float32', t, [t.length]),
        ...(labels ? { class_labels: new Tensor('int32', labels, [t.length]) } : {}),
      });
      return (await (answer as Tensor).getData()) as Float32Array;
    },
    async dispose() {
      await session.release();
      await (await prediction)?.release();
    },
  };
}

function toTensors(state: TrainState): Record<(typeof STATE_NAMES)[number], Tensor> {
  const flat = (values: Float32Array): Tensor => new Tensor('float32', values.slice(), [values.length]);
  return { theta: flat(state.theta), m: flat(state.m), v: flat(state.v), ema: flat(state.ema) };
}

function scalarOf(results: InferenceSession.ReturnType, name: string): number {
  const value = results[name]?.data[0];
  if (typeof value !== 'number') throw new Error(`train: the step answered no ${name}`);
  return value;
}
