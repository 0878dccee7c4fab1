import { initialParameters, type Network } from '@isonoise/network';
import { type BaseWeights, fitWeights } from './base-model/fit-weights.ts';
import { averageCount } from './ema-decay.ts';
import { trainError } from './errors.ts';
import type { StepOptions } from './step-options.ts';
import type { TrainConfig } from './train-config.ts';
import { initialState, type TrainState } from './train-state.ts';

/** The inputs from which every engine is created. */
export interface RunBeginning {
  readonly network: Network;
  readonly step: StepOptions;
  readonly batchSize: number;
  /** Initial state. Theta and the averages are the initial weights, and the optimizer's slots are zero. */
  readonly state: TrainState;
}

/**
 * Prepares a run before its first step. A resumed run later loads the state of its checkpoint.
 *
 * @param base the model of `config.from`, or `checkpoint` if a checkpoint supplies the weights. Default: no model
 * @throws `TRAIN_CONFIG` if the network lacks parameters that the optimizer needs; `TRAIN_BASE` if the model is not
 *   the one in the configuration, or does not fit
 */
export function beginRun(
  config: TrainConfig,
  network: Network,
  base?: BaseWeights | 'checkpoint',
): RunBeginning {
  const { learningRate: _, ...optimizer } = config.optimizer;
  const step: StepOptions = { ...optimizer, averages: averageCount(config.ema), loss: config.objective.loss };
  return {
    network,
    step,
    batchSize: config.batchSize,
    state: initialState(step, network.parameters, firstWeights(config, network, base)),
  };
}

function firstWeights(
  config: TrainConfig,
  network: Network,
  base: BaseWeights | 'checkpoint' | undefined,
): Float32Array {
  if (base === 'checkpoint') return initialParameters(network.parameters, config.seed);
  const [expected, got] = [config.from, base?.model];
  if (expected?.sha256 !== got?.sha256) {
    const text = (model: typeof expected): string =>
      model === undefined ? 'no model' : `${model.name}, SHA-256 ${model.sha256}`;
    throw trainError(
      'TRAIN_BASE',
      `train: the run begins with ${text(got)}; expected ${text(expected)}, as in its configuration. Name that model with --from, or restore it.`,
    );
  }
  return base === undefined
    ? initialParameters(network.parameters, config.seed)
    : fitWeights(config, network, base).theta;
}
