import { initialParameters, type Network } from '@isonoise/network';
import type { TrainState } from './engine.ts';
import type { StepOptions } from './step.ts';
import type { TrainConfig } from './train-config.ts';

/** What every engine is made of, whatever runs beneath. */
export interface RunBeginning {
  readonly network: Network;
  readonly step: StepOptions;
  readonly batchSize: number;
  /** The weights that the seed gives, for theta and ema; moments of zero. */
  readonly state: TrainState;
}

/** A run before its first step; a resumed one replaces the state by its checkpoint's. */
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
