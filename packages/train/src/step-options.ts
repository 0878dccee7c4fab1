import type { PixelLoss } from './pixel-loss.ts';
import type { OptimizerConfig } from './train-config.ts';
import type { StateLayout } from './train-state.ts';

type WithoutRate<C> = C extends unknown ? Omit<C, 'learningRate'> : never;

/** Constants of the optimizer and the averages; values that change between steps are tensors. */
export type UpdateOptions = WithoutRate<OptimizerConfig> & Pick<StateLayout, 'averages'>;

/** Constants of the step. */
export type StepOptions = UpdateOptions & {
  /** Default: the squared error. */
  readonly loss?: PixelLoss | undefined;
};
