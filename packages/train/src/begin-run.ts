import { initialParameters, type Network } from '@isonoise/network';
import type { TrainState } from './engine.ts';
import type { TrainConfig } from './train-config.ts';
import type { StepOptions } from './update-state.ts';

/** The inputs from which every engine is created. */
export interface RunBeginning {
  readonly network: Network;
  readonly step: StepOptions;
  readonly batchSize: number;
  /** Initial state: theta and ema are the initial weights of the seed, the moments are zero. */
  readonly state: TrainState;
}

/** Prepares a run before its first step. A resumed run replaces the state by that of its checkpoint. */
export function beginRun(config: TrainConfig, network: Network): RunBeginning {
  const theta = initialParameters(network.parameters, config.seed);
  const zeros = (): Float32Array => new Float32Array(theta.length);
  const { kind, beta1, beta2, epsilon, weightDecay, clipNorm } = config.optimizer;
  return {
    network,
    step: { optimizer: kind, beta1, beta2, epsilon, weightDecay, clipNorm },
    batchSize: config.batchSize,
    state: { theta, m: zeros(), v: zeros(), ema: theta.slice() },
  };
}
