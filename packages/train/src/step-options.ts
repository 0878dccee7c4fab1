import type { OptimizerConfig } from './train-config.ts';
import type { StateLayout } from './train-state.ts';

type WithoutRate<C> = C extends unknown ? Omit<C, 'learningRate'> : never;

/** Constants of the step; values that change between steps are tensors. */
export type StepOptions = WithoutRate<OptimizerConfig> & Pick<StateLayout, 'averages'>;
