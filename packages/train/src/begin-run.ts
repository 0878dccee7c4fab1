import { initialParameters, type Network } from '@isonoise/network';
import { averageCount } from './ema-decay.ts';
import type { StepOptions } from './step-options.ts';
import type { TrainConfig } from './train-config.ts';
import { initialState, type TrainState } from './train-state.ts';

/** The inputs from which every engine is created. */
export interface RunBeginning {
  readonly network: Network;
  readonly step: StepOptions;
  readonly batchSize: number;
  /** Initial state: theta and the averages are the initial weights that the seed gives; the optimizer's slots are zero. */
  readonly state: TrainState;
}

/**
 * Prepares a run before its first step. A resumed run then loads the state of its checkpoint instead.
 *
 * @throws `TRAIN_CONFIG` if the network does not have the parameters that the optimizer needs
 */
export function beginRun(config: TrainConfig, network: Network): RunBeginning {
  const theta = initialParameters(network.parameters, config.seed);
  const { learningRate: _, ...optimizer } = config.optimizer;
  const step: StepOptions = { ...optimizer, averages: averageCount(config.ema), loss: config.objective.loss };
  return {
    network,
    step,
    batchSize: config.batchSize,
    state: initialState(step, network.parameters, theta),
  };
}
