import type { IsonoiseError } from '@isonoise/error';
import { conditionInputs, type Network } from '@isonoise/network';
import { registerGradients } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine, StepFeeds, StepResult } from './engine.ts';

import { trainError } from './errors.ts';
import { splitParameters } from './flat-parameters.ts';
import { trainStep } from './step.ts';
import { fedInputs, type StepTensors, stepTensors } from './step-inputs.ts';
import type { StepOptions } from './step-options.ts';
import { mapState, readState, type State, type TrainState } from './train-state.ts';

export interface TfjsEngineOptions {
  readonly network: Network;
  readonly step: StepOptions;
  readonly batchSize: number;
  readonly state: TrainState;
  /** Name of a registered tfjs backend, such as `tensorflow` (tfjs-node), `cpu` or `webgl`. */
  readonly backend: string;
}

/**
 * Creates an engine that runs the step eagerly on a tfjs backend. Tests use it as an independent check of the traced
 * step.
 *
 * @throws `TRAIN_TFJS_BACKEND` if the backend is not registered or cannot be started
 */
export async function createTfjsEngine(options: TfjsEngineOptions): Promise<Engine> {
  const { network, step: stepOptions, batchSize, backend } = options;
  const { channels, height, width } = network.imageShape;
  registerGradients();
  await startBackend(backend);
  let state = keepState(options.state);

  const tensorsOf = (feeds: StepFeeds): StepTensors => {
    const fed = fedInputs(network, batchSize, feeds, stepOptions);
    const tensors = fed.map(({ values, shape, dtype }) => tf.tensor(values, [...shape], dtype));
    return { ...stepTensors(fed, tensors), state };
  };

  return {
    description: `tfjs (${backend})`,
    async step(feeds): Promise<StepResult> {
      const {
        loss,
        gradNorm,
        state: next,
      } = tf.tidy(() => ({
        ...trainStep(network, stepOptions, tensorsOf(feeds)),
      }));
      tf.dispose(state);
      state = next;
      const [lossValue, normValue] = await Promise.all([loss.data(), gradNorm.data()]);
      tf.dispose([loss, gradNorm]);
      return { loss: lossValue[0] as number, gradNorm: normValue[0] as number };
    },
    async readState() {
      return readState(state, async (vector) => (await vector.data<'float32'>()).slice());
    },
    async writeState(next) {
      tf.dispose(state);
      state = keepState(next);
    },
    async denoise(x, t, condition) {
      const answer = tf.tidy(() =>
        network.forward(splitParameters(state.ema, network.parameters), {
          sample: tf.tensor4d(x, [t.length, channels, height, width]),
          timestep: tf.tensor1d(t),
          ...conditionInputs(condition, t.length),
        }),
      );
      const values = await answer.data<'float32'>();
      answer.dispose();
      return values;
    },
    async dispose() {
      tf.dispose(state);
    },
  };
}

async function startBackend(backend: string): Promise<void> {
  const failed = (cause?: unknown): IsonoiseError => {
    const registered = Object.keys(tf.engine().registryFactory).join(', ') || 'none';
    return trainError(
      'TRAIN_TFJS_BACKEND',
      `train: the tfjs backend ${backend} could not be started; expected one of the registered ones: ${registered}. ` +
        'Import the package that registers it, or choose a different one.',
      { cause },
    );
  };
  const started = await tf.setBackend(backend).catch((cause: unknown) => {
    throw failed(cause);
  });
  if (!started) throw failed();
}

/**
 * Copies a state into tensors that outlive every tidy. The vectors are copied, because a backend may keep the arrays
 * that it receives.
 */
function keepState(state: TrainState): State<tf.Tensor1D> {
  return mapState(state, (vector) => tf.keep(tf.tensor1d(vector.slice())));
}
